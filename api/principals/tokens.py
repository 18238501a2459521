"""Tokens of the configured issuer (JWT, RFC 7519, checked by RFC 8725): a person, and the person's groups."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import jwt
from jwt.exceptions import ExpiredSignatureError, InvalidTokenError

from api.principals.issuer_keys import IssuerKeys, is_trustworthy
from graph.access import Grant, Identity, parse_grant
from graph.errors import CredentialError, ParameterError, SettingError
from graph.settings import Settings
from graph.text import Text

ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Algorithms that may be allowed: with others whoever can verify a token could make one."""
LEEWAY = 30
"""Seconds by which the issuer's clock and ours may differ."""
REQUIRED = ("exp", "iss", "aud", "sub")
NAMES = ("name", "preferred_username", "sub")


class Tokens:
    """Raises SettingError where the settings of the issuer cannot be used."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.oidc_issuer
        self._audience = settings.oidc_audience
        self._algorithms = _allowed(settings)
        self._claim = settings.oidc_claim
        self._grants = {group: _grants(texts) for group, texts in settings.oidc_grants.items()}
        self._keys = IssuerKeys(self._issuer) if self._issuer else None

    async def identity(self, token: str) -> Identity:
        """The person. Raises CredentialError, IssuerUnavailableError."""
        if self._keys is None:
            raise _wrong(Text("Dịch vụ không nhận mã truy cập.", "This service takes no tokens."))
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.key(header.get("kid"))
            if key is None:
                raise _wrong()
            claims = jwt.decode(
                token,
                key,
                algorithms=self._algorithms,
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY,
                options={"require": list(REQUIRED)},
            )
        except ExpiredSignatureError:
            raise _wrong(Text("Mã truy cập đã hết hạn.", "The token has expired.")) from None
        except InvalidTokenError as wrong:
            raise _wrong() from wrong
        return self._of(claims)

    def _of(self, claims: Mapping[str, Any]) -> Identity:
        granted = [grant for group in _groups(claims, self._claim) for grant in self._grants.get(group, ())]
        return Identity(
            "person",
            f"person:{self._issuer}#{claims['sub']}",
            next(str(claims[name]) for name in NAMES if claims.get(name)),
            tuple(granted),
            datetime.fromtimestamp(claims["exp"], UTC),
        )


def _groups(claims: Mapping[str, Any], claim: str) -> list[str]:
    """The strings of a claim, which is named as a whole or by the way to it (`realm_access.roles`)."""
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for step in claim.split("."):
            found = found.get(step) if isinstance(found, dict) else None
    values = found if isinstance(found, list) else [found]
    return [value for value in values if isinstance(value, str)]


def _allowed(settings: Settings) -> list[str]:
    if settings.oidc_issuer and not is_trustworthy(settings.oidc_issuer):
        raise SettingError(
            Text(
                "LIENTHONG_OIDC_ISSUER phải bắt đầu bằng https://",
                "LIENTHONG_OIDC_ISSUER must begin with https://",
            ),
            hint=Text(
                "http:// chỉ cho máy này (localhost).", "http:// is for this machine alone (localhost)."
            ),
        )
    for name in settings.oidc_algorithms:
        if name not in ASYMMETRIC:
            raise SettingError(
                Text(
                    f"LIENTHONG_OIDC_ALGORITHMS: không nhận {name}.",
                    f"LIENTHONG_OIDC_ALGORITHMS: {name} is not taken.",
                ),
                hint=Text(f"Có: {', '.join(ASYMMETRIC)}", f"Known: {', '.join(ASYMMETRIC)}"),
            )
    return settings.oidc_algorithms


def _grants(texts: list[str]) -> tuple[Grant, ...]:
    try:
        return tuple(map(parse_grant, texts))
    except ParameterError as wrong:
        raise SettingError(
            Text(f"LIENTHONG_OIDC_GRANTS: {wrong.message.vi}", f"LIENTHONG_OIDC_GRANTS: {wrong.message.en}"),
            hint=wrong.hint,
        ) from wrong


def _wrong(message: Text | None = None) -> CredentialError:
    """In the same words whatever is wrong, but for a token that was right once."""
    return CredentialError(
        message or Text("Mã truy cập không đúng.", "The token is not valid."),
        hint=Text(
            "Xin mã mới ở nơi cấp, cho đúng dịch vụ này (aud); hoặc dùng khóa API lt_…",
            "Get a new one from the issuer, for this service (aud); or use an API key, lt_…",
        ),
    )
