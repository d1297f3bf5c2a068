package how.mana.auth.cli;

/**
 * One thing an operator can do. A command has no state: there is one of each, listed in {@link Commands}, and what it works with
 * comes with the {@link Invocation}.
 */
public interface Command {
    /** It did what was asked. */
    int DONE = 0;
    /** It refused, or failed, or found something wrong. */
    int FAILED = 1;
    /** It was called wrongly, and has done nothing. */
    int MISUSED = 2;

    /** How it is called. */
    Syntax syntax();

    /** What it does, in one line. */
    String summary();

    /** Whom it works as. */
    DatabaseRole role();

    /** Whether it needs what only the framework sets up; most do not, and start at once. */
    default boolean needsFramework() {
        return false;
    }

    /**
     * Does it. What is thrown becomes one line on stderr and {@link #FAILED}, so a refusal is an exception that names its remedy:
     * {@link CommandRefusedException}, if there is no other.
     *
     * @return the exit code
     */
    int run(Invocation invocation) throws Exception;
}
