"""Sign-in by an OpenID Connect provider: allauth's, with a nonce, PKCE, and the token's signature always checked."""
