package org.taskcenter.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Shows the description of all routes, as YAML, or as JSON where that is asked for. A servlet at exactly the address where
 * servers with MicroProfile OpenAPI have their own, which leave parts of it out, and others have none.
 */
@WebServlet("/openapi")
public class OpenApiServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String RESOURCE = "META-INF/openapi.yaml";

    private transient byte[] yaml;
    private transient byte[] json;

    @Override
    public void init() {
        try (InputStream in = OpenApiServlet.class.getClassLoader().getResourceAsStream(RESOURCE)) {
            yaml = in.readAllBytes();
            json = new ObjectMapper().writeValueAsBytes(new YAMLMapper().readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String accept = request.getHeader("Accept");
        boolean asJson = accept != null && accept.contains("application/json");
        byte[] body = asJson ? json : yaml;
        response.setContentType(asJson ? "application/json" : "application/yaml");
        response.setHeader("Vary", "Accept");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
