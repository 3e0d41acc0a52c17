// Loaded before the network (node --import): whatever it starts listens on 127.0.0.1 only, and nothing it does leaves
// this machine.
import dns from 'node:dns'
import net from 'node:net'

const ours = (host) => host === 'localhost' || host.endsWith('.localhost') || host.endsWith('.test')
const loopback = (address) => address.startsWith('127.') || address === '::1'

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (where, ...rest) {
  if (typeof where === 'number' || /^\d+$/.test(String(where))) {
    return listen.call(this, { port: Number(where), host: '127.0.0.1' }, ...rest.filter((r) => typeof r === 'function'))
  }
  if (where !== null && typeof where === 'object' && where.port !== undefined) {
    return listen.call(this, { ...where, host: '127.0.0.1' }, ...rest)
  }
  return listen.call(this, where, ...rest)
}

const lookup = dns.lookup
dns.lookup = function (host, options, callback) {
  const done = typeof options === 'function' ? options : callback
  const all = typeof options === 'object' && options !== null && options.all
  if (net.isIP(host)) return lookup.call(dns, host, options, callback)
  if (ours(host)) {
    const found = { address: '127.0.0.1', family: 4 }
    return process.nextTick(() => (all ? done(null, [found]) : done(null, found.address, 4)))
  }
  const refusal = Object.assign(new Error(`not on this machine: ${host}`), { code: 'ENOTFOUND' })
  return process.nextTick(() => done(refusal))
}

const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0]
  const host = options !== null && typeof options === 'object' ? options.host : typeof given[1] === 'string' ? given[1] : ''
  if (host && net.isIP(host) && !loopback(host)) {
    const refusal = Object.assign(new Error('not on this machine'), { code: 'ECONNREFUSED' })
    process.nextTick(() => this.destroy(refusal))
    return this
  }
  return connect.apply(this, given)
}
