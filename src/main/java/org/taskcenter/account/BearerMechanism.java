package org.taskcenter.account;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Finds out who makes a request. It refuses none and writes no answer: each API has a shape of its own for that, see
 * {@link Access}.
 */
@ApplicationScoped
public class BearerMechanism implements HttpAuthenticationMechanism {
    @Inject
    Identities identities;

    @Inject
    ClientAddresses addresses;

    @Override
    public AuthenticationStatus validateRequest(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
        ClientAddress from = addresses.of(request);
        from.keepIn(request);
        Access access = identities.access(request.getHeader("Authorization"), from);
        access.keepIn(request);
        if (!access.isGranted()) {
            return context.doNothing();
        }
        Identity identity = access.identity();
        return context.notifyContainerAboutLogin(identity.principal(), identity.groups());
    }
}
