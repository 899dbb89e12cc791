"""Logging in by an OpenID Connect provider: the code flow with PKCE, state and nonce.

The provider says who somebody is; what they are here, an account says, which ``overtone account add`` makes: nobody
gets in by being known to the provider alone. The account is the one whose login is the identity's verified e-mail
address, or its ``preferred_username`` where that is no address (people may choose it, so it must not pass for a mail).
"""

import logging
from collections.abc import Mapping
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Blueprint, Flask, flash, redirect, request, session, url_for
from flask_limiter import Limiter
from joserfc.errors import JoseError
from requests import RequestException

from dashboards import auth
from etl.settings import Oidc
from etl.store.warehouse import Warehouse

PROVIDER, NEXT = "provider", "next"
#: Endpoints that answer anyone.
OPEN = {"oidc.start", "oidc.back", "oidc.leave"}
SECONDS = 10  #: that the provider has for an answer
LEEWAY_S = 60  #: by which its clock may differ from ours
#: Signatures with a key that the provider alone has; never none, and never one made with our secret.
ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}

log = logging.getLogger(__name__)


class _Refused(Exception):
    """Why somebody is not logged in, in words for them."""


def pages(server: Flask, provider: Oidc, warehouse: Warehouse, limiter: Limiter) -> Blueprint:
    """The way to the provider, the way back, and the way out."""
    client: FlaskOAuth2App = OAuth(server).register(
        "oidc",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "default_timeout": SECONDS},
    )
    routes = Blueprint("oidc", __name__)

    @routes.get("/login/oidc")
    @limiter.limit("60/minute")
    def start() -> Any:
        try:
            _metadata(client, provider)
            leave = client.authorize_redirect(url_for("oidc.back", _external=True))
        except (_Refused, AuthlibBaseError, RequestException, ValueError, RuntimeError) as error:
            return _sorry(provider, error)
        session[NEXT] = auth.page_of_ours(request.args.get("next", "/"))
        return leave

    @routes.get("/login/oidc/back")
    @limiter.limit("60/minute")
    def back() -> Any:
        try:
            account = _account(warehouse, provider, _identity(client, provider))
        except (_Refused, AuthlibBaseError, JoseError, RequestException, ValueError, RuntimeError) as error:
            return _sorry(provider, error)
        wanted = session.get(NEXT, "/")
        auth.begin_session(warehouse, account)
        session[PROVIDER] = provider.name
        return redirect(auth.page_of_ours(wanted))

    @routes.get("/login/oidc/leave")
    @limiter.limit("60/minute")
    def leave() -> Any:
        """Leave the provider, too, if it has a way out."""
        try:
            if not _metadata(client, provider).get("end_session_endpoint"):
                raise _Refused(f"{provider.name} does not say how to log out there. Do it on its own page.")
            home = url_for("login.page", _external=True)
            return redirect(client.create_logout_url(home, client_id=provider.client_id)["url"])
        except (_Refused, RequestException, ValueError) as error:
            return _sorry(provider, error)

    return routes


def _identity(client: FlaskOAuth2App, provider: Oidc) -> Mapping[str, Any]:
    """The claims that the provider signed for this login, every one of them checked."""
    _metadata(client, provider)
    token = client.authorize_access_token(
        claims_options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},  # Authlib takes any without this
        },
        leeway=LEEWAY_S,
    )
    if "userinfo" not in token:
        raise _Refused(f"{provider.name} did not say who you are. Its answer has no id_token.")
    return token["userinfo"]


def _account(warehouse: Warehouse, provider: Oidc, claims: Mapping[str, Any]) -> auth.Account:
    name = str(claims.get("preferred_username") or "")
    login = str(claims["email"]) if claims.get("email") and claims.get("email_verified") is True else ""
    login = login or ("" if "@" in name else name)
    account = auth.log_in_as(warehouse, provider.issuer, str(claims["sub"]), login)
    if account is None:
        known = f"knows you as {login}" if login else "has verified no e-mail address of yours"
        raise _Refused(
            f"{provider.name} {known}, and no account here belongs to that. "
            "Ask whoever runs Overtone to add one for you."
        )
    return account


def _metadata(client: FlaskOAuth2App, provider: Oidc) -> Mapping[str, Any]:
    """What the provider says of itself, asked for once.

    Raises:
        _Refused: it is not who the settings name.
    """
    metadata = client.load_server_metadata()
    if metadata.get("issuer") != provider.issuer:
        log.error("OVERTONE_OIDC_ISSUER is %s, and it calls itself %s", provider.issuer, metadata.get("issuer"))
        raise _Refused(f"{provider.name} is not set up rightly here. Tell whoever runs Overtone.")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in ALGORITHMS]
    return metadata


def _sorry(provider: Oidc, error: Exception) -> Any:
    """Back to the login page, with the reason in words; what exactly went wrong is in the log."""
    log.warning("login by %s: %s: %s", provider.name, type(error).__name__, error)
    code = getattr(error, "error", "")
    if isinstance(error, _Refused):
        words = str(error)
    elif isinstance(error, RequestException):
        words = f"{provider.name} does not answer. Try again in a minute."
    elif code == "access_denied":
        words = f"{provider.name} did not let you in, or you changed your mind. Try again."
    elif code == "mismatching_state":
        words = "This login was begun elsewhere, or long ago. Try again."
    else:
        words = f"The answer of {provider.name} could not be trusted, so you are not logged in. Try again."
    flash(words)
    return redirect(url_for("login.page"))
