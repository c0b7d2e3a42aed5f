import { defineConfig } from 'vite'

// The explorer is built whole into dist/explorer, which embed.go puts into the
// binary. Its paths are absolute, so that the page works at /explorer and at
// /explorer/ alike.
export default defineConfig({
  root: 'explorer',
  base: '/explorer/',
  build: {
    outDir: '../dist/explorer',
    emptyOutDir: true,
    // Files only: the policy in embed.go refuses a script inside a data: URL.
    assetsInlineLimit: 0,
    // The notices of what is bundled travel with it.
    license: { fileName: 'licenses.md' },
    // "use client" in a dependency speaks to servers that render React; there is none here.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
    // The editor is one large chunk by nature, and it comes from the same machine.
    chunkSizeWarningLimit: 6000,
  },
  worker: { format: 'es' },
  // `npm run dev` shows the page against a server started by `make run`.
  server: { proxy: { '/graphql': 'http://127.0.0.1:8080' } },
})
