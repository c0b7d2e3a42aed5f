// How fast the pages are for whoever sits before them, in Chromium over loopback: the largest
// contentful paint of the search on a cold cache, and the time from the last key to the results
// on the screen, with 100,000 mediators. Run by hand (`make bench-web`), never in a test:
//
//   node bench/web.mjs [--mediators 100000] [--rounds 9]
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startBrowser } from '../web/test/browser.mjs'
import { freePort } from '../web/test/server.mjs'

const { values: flags } = parseArgs({ options: { mediators: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '9' } } })
const rounds = Number(flags.rounds)
const program = fileURLToPath(new URL('../bin/concord', import.meta.url))

/** What somebody looks for: formal words, everyday ones, a name, pinyin, several words. */
const searches = [
  { page: '/experts', box: '检索专家', words: ['工伤', '讨薪', 'zhang', '加班费 律师', '退休法官', '社保 建筑', 'gsbx', '劳动合同'] },
  { page: '/rosters/mediators', box: '检索调解员', words: ['工伤', '讨薪', 'wang', '武清 工资', '王', '退休法官 社保', 'ldht', '李明'] },
]

const data = mkdtempSync(join(tmpdir(), 'concord-web-bench-'))
try {
  execFileSync(program, ['generate', '--data', data, '--mediators', flags.mediators, '--seed', '7'], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${await freePort()}`
  const server = spawn(program, ['serve', '--data', data, '--listen', new URL(url).host], { stdio: 'ignore' })
  try {
    while (!(await fetch(`${url}/readyz`).catch(() => null))?.ok) await new Promise((done) => setTimeout(done, 200))
    await new Promise((done) => setTimeout(done, 15_000)) // the index merges what was just written
    await measure(url)
  } finally {
    server.kill('SIGTERM')
    await new Promise((done) => server.on('close', done))
  }
} finally {
  rmSync(data, { recursive: true, force: true })
}

async function measure(url) {
  const load = loadavg()[0].toFixed(1)
  const browser = await startBrowser()
  const open = async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
    return { context, page: await context.newPage() }
  }
  const rows = []
  for (const path of ['/experts', '/experts?q=工伤', '/rosters/mediators?search=工伤']) {
    const paints = []
    for (let i = 0; i < rounds; i++) {
      const { context, page } = await open() // a context of its own: nothing is cached
      await page.goto(url + path, { waitUntil: 'networkidle' })
      paints.push(await page.evaluate(() => new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true }))))
      await context.close()
    }
    rows.push([`最大内容绘制（冷缓存）LCP, cold cache: ${path}`, 'ms', paints, 1500])
  }
  for (const { page: path, box, words } of searches) {
    const { context, page } = await open()
    await page.goto(url + path, { waitUntil: 'networkidle' })
    const field = page.getByRole('combobox', { name: box }).or(page.getByRole('searchbox', { name: box })).first()
    const times = []
    for (let i = 0; i < rounds; i++) {
      for (const text of words) {
        await field.fill('')
        await page.waitForFunction(() => !location.search.includes('q=') && !location.search.includes('search='))
        await page.waitForTimeout(400)
        // From the last key until a frame shows the answer to the whole text.
        const shown = page.evaluate((text) => new Promise((done) => {
          let key = 0
          addEventListener('input', (event) => (key = event.timeStamp), { capture: true })
          const look = () => {
            const asked = new URLSearchParams(location.search)
            const there = (asked.get('q') ?? asked.get('search')) === text && document.querySelector('main .answer[aria-busy=false]') && !document.querySelector('main .answer[aria-busy=true]')
            if (!there) return requestAnimationFrame(look)
            const painted = new MessageChannel() // the first task behind the frame that shows it
            painted.port1.onmessage = () => done(performance.now() - key)
            requestAnimationFrame(() => painted.port2.postMessage(null))
          }
          requestAnimationFrame(look)
        }), text)
        await field.pressSequentially(text, { delay: 90 })
        times.push(await shown)
        if (await page.locator('main .failure').count()) throw new Error(`${path}: ${await page.locator('main .failure').first().innerText()}`)
      }
    }
    rows.push([`末次按键到结果 last key to results: ${path} · ${words.length} 种 queries`, 'ms', times, 100])
    await context.close()
  }
  console.log(`${new Date().toISOString().slice(0, 10)} · ${flags.mediators} 名调解员 mediators · ${rounds} 轮 rounds · ${cpus().length} CPU，此前一分钟的平均负载 load before ${load} · Chromium ${browser.version()}`)
  await browser.close()
  console.log('\n| | 最小 least | 中位 median | p90 | 最大 most | 目标 target |\n|---|---|---|---|---|---|')
  for (const [what, unit, all, target] of rows) {
    const sorted = all.toSorted((a, b) => a - b)
    const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))])
    console.log(`| ${what} | ${at(0)} ${unit} | **${at(0.5)} ${unit}** | ${at(0.9)} ${unit} | ${at(1)} ${unit} | < ${target} ${unit} ${at(0.5) < target ? '✓' : '✗'} |`)
  }
}
