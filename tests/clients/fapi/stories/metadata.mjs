// What discovery says (RFC 8414).

const LISTS = {
  token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
  token_endpoint_auth_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
  introspection_endpoint_auth_methods_supported: ['private_key_jwt'],
  introspection_endpoint_auth_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
  introspection_signing_alg_values_supported: ['ES256'],
  revocation_endpoint_auth_methods_supported: ['private_key_jwt'],
  revocation_endpoint_auth_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
  request_object_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
  dpop_signing_alg_values_supported: ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
  authorization_details_types_supported: ['open_payments_mandate', 'open_payments_invoice', 'open_payments_session'],
};

export async function metadata(checks, { server, shops }) {
  const document = shops[0].config.serverMetadata();
  checks.check('metadata: PKCE with S256', document.supportsPKCE('S256'));
  checks.has('metadata: addresses and duties', document, {
    issuer: server.issuer,
    pushed_authorization_request_endpoint: `${server.issuer}/par`,
    authorization_response_iss_parameter_supported: true,
    require_pushed_authorization_requests: false,
    require_signed_request_object: false,
    request_uri_parameter_supported: false,
  });
  for (const [name, wanted] of Object.entries(LISTS)) {
    const missing = wanted.filter((value) => !document[name]?.includes(value));
    checks.check(`metadata: ${name}`, missing.length === 0, `${missing} is not in ${document[name]}`);
  }
  const isOn = document.token_endpoint_auth_methods_supported.includes('tls_client_auth');
  checks.check('metadata: certificates are off', !isOn && !document.mtls_endpoint_aliases, document);
}
