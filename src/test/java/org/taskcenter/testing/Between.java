package org.taskcenter.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.List;
import org.taskcenter.task.Ended;
import org.taskcenter.task.Queue;
import org.taskcenter.task.Settlement;
import org.taskcenter.task.TaskState;

/** Stands between a member and its queue. */
public final class Between {
    private Between() {}

    /** A call on its way to the queue. */
    public interface Call {
        Object proceed() throws Throwable;
    }

    /** What to do with calls of one method. */
    public interface Around {
        Object at(Call call) throws Throwable;
    }

    /** What to do with all calls. */
    public interface AroundAll {
        Object at(String method, Call call) throws Throwable;
    }

    /** What settling does. */
    public interface Settling {
        List<Ended> settle(List<Settlement> settlements, TaskState[] now) throws SQLException;
    }

    /** A queue whose settling is replaced. */
    @SuppressWarnings("unchecked")
    public static Queue withSettle(Queue queue, Settling settling) {
        return (Queue) Proxy.newProxyInstance(
                Queue.class.getClassLoader(),
                new Class<?>[] {Queue.class},
                (proxy, method, arguments) -> method.getName().equals("settle")
                        ? settling.settle((List<Settlement>) arguments[2], (TaskState[]) arguments[3])
                        : method.invoke(queue, arguments));
    }

    public static Queue of(Queue queue, String method, Around around) {
        return of(queue, (called, call) -> called.equals(method) ? around.at(call) : call.proceed());
    }

    public static Queue of(Queue queue, AroundAll around) {
        return (Queue) Proxy.newProxyInstance(
                Queue.class.getClassLoader(),
                new Class<?>[] {Queue.class},
                (proxy, method, arguments) -> around.at(method.getName(), () -> {
                    try {
                        return method.invoke(queue, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
