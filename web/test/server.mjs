// The Concord that the browser tests look at: a fresh one started from bin/concord with
// the demo rosters, or the one at CONCORD_URL, to which CONCORD_KEY is a partner's key.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const program = fileURLToPath(new URL('../../bin/concord', import.meta.url))

/** Returns the address of a ready server, a key of a partner who may read contacts, and a function that ends it. */
export async function startConcord() {
  const { CONCORD_URL, CONCORD_KEY } = process.env
  if (CONCORD_URL) return { url: CONCORD_URL.replace(/\/$/, ''), key: CONCORD_KEY, stop: async () => {} }

  const data = await mkdtemp(join(tmpdir(), 'concord-web-'))
  const partner = ['--name', '示例合作单位', '--role', 'partner', '--agency', 'UNION', '--scope', 'contact']
  const key = (await promisify(execFile)(program, ['key', 'create', '--data', data, ...partner])).stdout.trim()
  const url = `http://127.0.0.1:${await freePort()}`
  const server = spawn(program, ['serve', '--demo', '--data', data, '--listen', new URL(url).host])
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
    if (ready?.ok) return { url, key, stop }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await stop()
  throw new Error(`bin/concord did not become ready; it said:\n${said}`)
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return port
}
