// What the stories of the pages stand on: one server, one browser, and a watch over every page
// that is opened. Nothing may leave the origin, and nothing may be said on the console.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { startBrowser } from './browser.mjs'
import { startConcord } from './server.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const pictures = fileURLToPath(new URL('../test-output/', import.meta.url))

/** The two screens that every page is looked at on. */
export const sizes = { desk: { width: 1280, height: 720 }, phone: { width: 390, height: 844 } }

/** The day so many days from now, as forms and queries write it. */
export const inDays = (n) => new Date(Date.now() + n * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })

/** Asks the hub as whoever looks at the page. */
export const asked = (page, query) =>
  page.evaluate(async (query) => (await (await fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) })).json()).data, query)

export class Stage {
  /** The address of the server. */
  url = ''
  #concord
  #browser
  #contexts = []
  #lines = []
  #problems = []

  async open() {
    mkdirSync(pictures, { recursive: true })
    this.#concord = await startConcord()
    this.url = this.#concord.url
    this.#browser = await startBrowser()
  }

  async close() {
    await this.#browser?.close()
    await this.#concord?.stop()
  }

  /**
   * Opens a path in a browser of its own, as nobody or by the key of a caller of server.mjs
   * (法院工作人员, 合作单位程序, 人社管理员, 武清区管理员, 政法委), signed in to an account of the demonstration
   * (demo-city, demo-district, …), and waits until it is settled.
   */
  async visit(path, { as, account, size = 'desk', at = this.url } = {}) {
    const context = await this.#browser.newContext({ viewport: sizes[size], locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' })
    this.#contexts.push(context)
    if (as) await context.setExtraHTTPHeaders({ Authorization: `Bearer ${this.#concord.keyOf[as]}` })
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (origin !== at && protocol !== 'data:' && protocol !== 'blob:') this.#problems.push(`a request left the origin: ${request.url()}`)
    })
    if (account) {
      const answer = await context.request.post(`${at}/session`, { data: { account, password: account } }) // a demo account's is its name
      assert.equal(answer.status(), 200, await answer.text())
    }
    const page = await context.newPage()
    page.setDefaultTimeout(15_000)
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && this.#problems.push(`console: ${message.text()}`))
    page.on('pageerror', (problem) => this.#problems.push(`page: ${problem}`))
    await page.goto(at + path)
    await this.settled(page)
    return page
  }

  /** A line to the server that can be cut, with every connection over it, and mended: visit(…, { at: line.url }). */
  async line() {
    const open = new Set()
    let whole = true
    const { hostname, port } = new URL(this.url)
    const server = createServer((near) => {
      if (!whole) return near.destroy()
      const far = connect(port, hostname)
      for (const [one, other] of [[near, far], [far, near]]) {
        open.add(one)
        one.pipe(other).on('error', () => {})
        one.on('error', () => {}).on('close', () => (open.delete(one), other.destroy()))
      }
    }).listen(0, '127.0.0.1')
    await new Promise((ready) => server.once('listening', ready))
    const cut = () => {
      whole = false
      for (const socket of open) socket.destroy()
    }
    this.#lines.push(() => (cut(), server.close()))
    return { url: `http://127.0.0.1:${server.address().port}`, cut, mend: () => (whole = true) }
  }

  /** Asks the server over GraphQL, as nobody (null) or by the key of a caller: what the hub holds, whatever a page shows. */
  async ask(as, query, variables) {
    const answer = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(as && { Authorization: `Bearer ${this.#concord.keyOf[as]}` }) },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = await answer.json()
    assert.equal(errors, undefined, JSON.stringify(errors))
    return data
  }

  /** Waits until a step within the application has led to the page with that title. */
  async arrived(page, title) {
    await page.locator('main h1').filter({ hasText: title }).waitFor()
    await this.settled(page)
  }

  /** Waits until the page has its answers. */
  async settled(page) {
    await page.locator('main h1').first().waitFor()
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))) // what was just done shows
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true], .going, .ant-spin-spinning'))
    await page.evaluate(() => document.fonts.ready)
    await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one.effect.getComputedTiming().iterations < Infinity).map((one) => one.finished))) // what opens is open
  }

  /** Looks at a page on both screens: a picture of each, no serious finding of axe, nothing wider than the screen. */
  async look(page, name) {
    const before = page.viewportSize()
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport)
      await this.settled(page)
      await page.screenshot({ path: `${pictures}${name}-${size}.png`, fullPage: true })
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.ok(wider <= 0, `${name} is ${wider} pixels wider than the ${size}`)
      await page.evaluate(axe)
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(' | ')}`), [], `axe on ${name}, ${size}`)
    }
    await page.setViewportSize(before)
  }

  /** Says that the page is about to be told something wrong: the browser itself notes it on the console. */
  forgive(pattern) {
    this.#problems = this.#problems.filter((problem) => !pattern.test(problem))
  }

  /** Ends a test: its pages are closed; what they complained of fails it. */
  async clear() {
    for (const context of this.#contexts) await context.close()
    for (const end of this.#lines) end()
    this.#lines = []
    const problems = this.#problems
    this.#contexts = []
    this.#problems = []
    assert.deepEqual(problems, [])
  }
}
