package how.mana.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/** Does one thing many times at the same moment. */
public final class AtOnce {
    private AtOnce() {}

    public static <T> List<T> times(int count, IntFunction<T> work) throws Exception {
        var start = new CountDownLatch(1);
        var threads = Executors.newFixedThreadPool(count);
        try {
            var tasks = new ArrayList<java.util.concurrent.Future<T>>();
            for (var i = 0; i < count; i++) {
                var number = i;
                Callable<T> task = () -> {
                    start.await();
                    return work.apply(number);
                };
                tasks.add(threads.submit(task));
            }
            start.countDown();
            var results = new ArrayList<T>();
            for (var task : tasks) {
                results.add(task.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
