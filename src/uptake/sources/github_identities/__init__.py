"""Identities behind logins of GitHub (SOURCES.md section 3)."""

from uptake.model.outcome import Source
from uptake.sources.github_identities.parse import parse

SOURCE = Source(
    name="github-identities",
    tool=None,
    title="Identities behind GitHub logins: SAML, SCIM and OIDC of an enterprise or organisation",
    parse=parse,
)
