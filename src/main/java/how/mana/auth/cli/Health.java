package how.mana.auth.cli;

/** Asks the service of this machine whether it is ready. */
final class Health implements Command {
    @Override
    public Syntax syntax() {
        return Syntax.of("health");
    }

    @Override
    public String summary() {
        return "exit 0 if the service on this machine's PORT is ready";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.NONE;
    }

    @Override
    public int run(Invocation invocation) {
        var answer = new HealthProbe(invocation.operation().port()).ask();
        invocation.output().say(answer.text());
        invocation.output().json().put("ready", answer.ready());
        return answer.ready() ? DONE : FAILED;
    }
}
