// A PLC directory, a personal data server and an AppView as their makers run them in their own tests. Ports come by the
// environment; says "ready" once all of it answers, ends with SIGTERM.
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(path.join(process.env.PEER_PACKAGES, 'package.json'))
const { TestNetwork, mockMailer } = await import(require.resolve('@atproto/dev-env'))

const port = (name) => Number(process.env[name])
const network = await TestNetwork.create({
  plc: { port: port('PEER_PLC_PORT') },
  pds: { port: port('PEER_PDS_PORT'), hostname: 'localhost', enableDidDocWithSession: true },
  bsky: {
    port: port('PEER_APPVIEW_PORT'),
    publicUrl: `http://localhost:${port('PEER_APPVIEW_PORT')}`,
    dbPostgresSchema: 'appview',
  },
})
mockMailer(network.pds)

let ending = false
process.on('SIGTERM', async () => {
  if (ending) return
  ending = true
  await network.close().catch(() => {})
  process.exit(0)
})
console.log(`ready ${network.pds.url}`)
