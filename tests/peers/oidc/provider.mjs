// An OpenID provider (npm oidc-provider, certified, MIT) on a free port of 127.0.0.1: code with PKCE, refresh tokens that
// rotate and whose reuse ends the grant, revocation, its own login forms. Prints "ready ISSUER".
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(path.join(process.env.PEER_PACKAGES, 'x.js'))
const { default: Provider } = await import(require.resolve('oidc-provider'))

const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'amends',
        client_secret: 'peer secret & more',
        redirect_uris: ['http://127.0.0.1:9/back'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
      {
        client_id: 'amends-post',
        client_secret: 'peer-secret-2',
        redirect_uris: ['http://127.0.0.1:9/back'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    pkce: { required: () => true },
    scopes: ['openid', 'offline_access', 'email'],
    claims: { email: ['email'] },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, email: `${id}@guest.example` }) }),
    ttl: { AccessToken: () => 60, AuthorizationCode: () => 60, RefreshToken: () => 600, Interaction: () => 600, Session: () => 600, Grant: () => 600, IdToken: () => 600 },
    rotateRefreshToken: true,
    issueRefreshToken: async (_context, client, code) => client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    cookies: { keys: ['of a test'] },
  })
  server.on('request', provider.callback())
  console.log(`ready ${issuer}`)
})
