// The Concord that the browser tests look at: a fresh one with the demo rosters, started
// from bin/concord.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const program = fileURLToPath(new URL('../../bin/concord', import.meta.url))

// What the keys of the callers that the explorer's examples are for may do; without a
// key a caller is anonymous.
const keys = {
  法院工作人员: ['--role', 'court_keeper', '--court', '津0101'],
  合作单位程序: ['--role', 'partner', '--agency', 'UNION', '--scope', 'contact'],
  人社管理员: ['--role', 'city_admin'],
  北辰区管理员: ['--role', 'district_admin', '--district', '120113'],
  南开区管理员: ['--role', 'district_admin', '--district', '120104'],
  武清区管理员: ['--role', 'district_admin', '--district', '120114'],
  政法委: ['--role', 'partner', '--agency', 'PLC'],
  审计员: ['--role', 'auditor'],
  工商联: ['--role', 'partner', '--agency', 'FIC'],
}

/** Returns the address of a ready server, a key for each kind of caller, what the server has said, and a function that ends it. */
export async function startConcord({ demo = true } = {}) {
  const data = await mkdtemp(join(tmpdir(), 'concord-web-'))
  const keyOf = {}
  for (const [name, may] of Object.entries(keys)) {
    const created = await promisify(execFile)(program, ['key', 'create', '--data', data, '--name', name, ...may])
    keyOf[name] = created.stdout.trim()
  }
  const url = `http://127.0.0.1:${await freePort()}`
  const server = spawn(program, ['serve', ...(demo ? ['--demo'] : []), '--data', data, '--listen', new URL(url).host])
  let said = ''
  server.stdout.on('data', (chunk) => (said += chunk))
  server.stderr.on('data', (chunk) => (said += chunk))
  server.on('error', (problem) => (said += `${problem}`))
  const ended = new Promise((resolve) => server.on('close', resolve))

  const stop = async () => {
    if (server.exitCode === null && server.kill('SIGTERM')) await ended
    await rm(data, { recursive: true, force: true })
  }
  for (const end = Date.now() + 60_000; Date.now() < end && server.exitCode === null; ) {
    const ready = await fetch(`${url}/readyz`).catch(() => null)
    if (ready?.ok) return { url, keyOf, said: () => said, stop }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await stop()
  throw new Error(`bin/concord did not become ready; it said:\n${said}`)
}

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return port
}
