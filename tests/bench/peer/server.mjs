// node-oidc-provider with the same job: client_credentials as an ES256 JWT, and introspection. Its tokens are in memory,
// where it keeps them by default; what it introspects is an opaque token, since it does not look signed ones up.
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'figures' };

const server = (resource) => ({
  scope: 'create',
  audience: resource,
  accessTokenTTL: 3600,
  accessTokenFormat: resource.endsWith('/signed') ? 'jwt' : 'opaque',
  jwt: { sign: { alg: 'ES256' } },
});

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{
    client_id: 'shop',
    client_secret: 'figures-figures-figures-figures-figures',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    id_token_signed_response_alg: 'ES256',
  }],
  jwks: { keys: [key] },
  scopes: ['create'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'https://wallet.example/opaque',
      getResourceServerInfo: (_, resource) => server(resource),
      useGrantedResource: () => true,
    },
  },
});

provider.listen(port, '127.0.0.1');
