// An identity provider for tests: prints its address, lets everybody in under the
// name that is typed, and ends when nobody holds its standard input any more.
import http from 'node:http';
import Provider from 'oidc-provider';

const callback = process.argv[2];
const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'concord', client_secret: 'example-client-secret-0123456789', redirect_uris: [callback], response_types: ['code'], grant_types: ['authorization_code'] }],
    // The role is there to be ignored: roles are the hub's to give.
    claims: { openid: ['sub', 'staff_no', 'role'] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, staff_no: `staff-${id}`, role: 'CITY_ADMIN' }) }),
    cookies: { keys: ['示例'] },
    pkce: { required: () => true },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.on('end', () => process.exit()).resume();
