package org.taskcenter.boot;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/** Where Payara says first that the application ends. When it ends the EJBs, no class can be loaded any more. */
@WebListener
public class StopListener implements ServletContextListener {
    @Inject
    Stop stop;

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        stop.once();
    }
}
