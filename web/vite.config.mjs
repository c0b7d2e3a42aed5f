// Two pages: the application at / and the explorer at /explorer, each built whole into its
// folder below dist/, which embed.go puts into the binary: `vite build --mode app`, `--mode explorer`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig } from 'vite'

export default defineConfig(({ mode }) => {
  const part = mode === 'explorer' ? 'explorer' : 'app'
  return {
    root: part,
    base: part === 'app' ? '/' : '/explorer/', // absolute: a page stands at many paths
    html: part === 'app' ? { cspNonce: '%nonce%' } : {}, // the server puts a fresh one there
    build: {
      outDir: `../dist/${part}`,
      emptyOutDir: true,
      // Files only: the policy in embed.go refuses a script inside a data: URL.
      assetsInlineLimit: 0,
      // The notices of what is bundled travel with it.
      license: { fileName: 'licenses.md' },
      // "use client" in a dependency speaks to servers that render React; there is none here.
      rolldownOptions: { checks: { moduleLevelDirective: false, pluginTimings: false } },
      // The editor is one large chunk by nature, and it comes from the same machine.
      chunkSizeWarningLimit: 6000,
    },
    plugins: [compressed(`dist/${part}/assets`)],
    worker: { format: 'es' },
    // `npm run dev` shows the pages against a server started by `make run`.
    server: {
      proxy: Object.fromEntries(['/graphql', '/session', '/sheets', '/exports', '/explorer'].map((path) => [path, 'http://127.0.0.1:8080'])),
    },
  }
})

/** Lays a .br and a .gz beside every file of some size, so that the server need not compress. */
function compressed(folder) {
  return {
    name: 'compressed',
    apply: 'build',
    closeBundle() {
      for (const name of readdirSync(folder)) {
        const text = readFileSync(join(folder, name))
        if (text.length < 1024 || !/\.(js|css|svg)$/.test(name)) continue
        writeFileSync(join(folder, `${name}.gz`), gzipSync(text, { level: 9 }))
        const options = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: text.length }
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(text, { params: options }))
      }
    },
  }
}
