// The explorer as a caller sees it, in a real browser before a real server.
import assert from 'node:assert/strict'
import { after, before, beforeEach, afterEach, suite, test } from 'node:test'
import { noBrowser, startBrowser } from './browser.mjs'
import { startConcord } from './server.mjs'

suite('explorer', { skip: noBrowser }, () => {
  let concord, browser, context, page, problems, requests

  before(async () => {
    concord = await startConcord()
    browser = await startBrowser()
  })
  after(async () => {
    await browser?.close()
    await concord?.stop()
  })
  beforeEach(async () => {
    problems = []
    requests = []
    context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    context.on('request', (request) => requests.push(request)) // those of workers too
    page = await open()
  })
  afterEach(() => context.close())

  async function open() {
    const page = await context.newPage()
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    page.on('pageerror', (problem) => problems.push(`${problem}`))
    await page.goto(`${concord.url}/explorer`)
    await page.locator('.graphiql-query-editor .view-line').first().waitFor()
    return page
  }
  // The editor draws blanks as no-break spaces, and only the lines in view.
  const drawn = async (pane) => (await page.locator(`${pane} .view-lines`).first().innerText()).replaceAll('\u00a0', ' ')
  async function until(what, check) {
    const end = Date.now() + 20_000
    for (;;) {
      const seen = await check()
      if (seen) return seen
      if (Date.now() > end) assert.fail(`${what}; the answer pane shows:\n${await drawn('.result-window')}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const run = () => page.locator('.graphiql-execute-button').click()
  const answerShows = (text) => until(`no answer with ${text}`, async () => (await drawn('.result-window')).includes(text))
  async function write(query) {
    await page.locator('.graphiql-query-editor .view-line').first().click()
    await page.keyboard.press('Control+A')
    await page.keyboard.insertText(query)
  }

  test('loads nothing from elsewhere and runs its first example without a complaint', async () => {
    await run()
    await answerShows('"totalCount"')
    for (const request of requests) {
      const { origin, protocol } = new URL(request.url())
      assert.ok(origin === concord.url || protocol === 'data:', `a request left the origin: ${request.url()}`)
    }
    assert.deepEqual(problems, [])
  })

  test('is served under a policy that lets nothing in or out', async () => {
    for (const path of ['/explorer', '/explorer/']) {
      const answer = await fetch(concord.url + path)
      assert.equal(answer.status, 200)
      assert.match(answer.headers.get('content-security-policy') ?? 'no policy', /default-src 'none'; script-src 'self';/)
      assert.doesNotMatch(await answer.text(), /<script(?![^>]* src=)/, 'an inline script')
    }
  })

  test('offers examples for each kind of caller, and each has an answer', async () => {
    const callers = []
    for (const group of await page.locator('.examples').all()) {
      const caller = await group.locator('h3').innerText()
      callers.push(caller)
      await page.getByLabel('密钥').fill(concord.keyOf[caller] ?? '')
      for (const button of await group.locator('button').all()) {
        const title = await button.innerText()
        await button.click()
        const answered = page.waitForResponse(`${concord.url}/graphql`)
        await run()
        const { data, errors } = await (await answered).json()
        assert.equal(errors, undefined, `${title}: ${JSON.stringify(errors)}`)
        for (const [field, value] of Object.entries(data)) {
          const empty = value === null || value.length === 0 || value.totalCount === 0 || value.nodes?.length === 0
          // An example cannot know the revision that a record has got to here.
          const refused = (value?.userErrors ?? []).filter((problem) => problem.code !== 'CONFLICT')
          assert.deepEqual(refused, [], title)
          assert.ok(!empty, `${title}: ${field} has nothing to show: ${JSON.stringify(value)}`)
        }
      }
    }
    assert.deepEqual(callers, ['匿名访问', '法院工作人员', '合作单位程序', '人社管理员'])
    assert.equal(await page.locator('.graphiql-tab').count(), 1, 'one example replaces another in the same tab')
  })

  test('knows the schema: underlines a field that does not exist', async () => {
    await write('{ checklists { title nosuchfield } }')
    await page.locator('.graphiql-query-editor .squiggly-error').waitFor()
  })

  test('keeps what the caller wrote when an example is chosen', async () => {
    await write('{ __typename }')
    await page.locator('.examples button').nth(1).click()
    await page.locator('.graphiql-tab').nth(1).waitFor()
    await page.locator('.graphiql-tab-button').first().click()
    await until('the written query is gone', async () => (await drawn('.graphiql-query-editor')).includes('__typename'))
  })

  test('sends the key as Bearer and keeps it for this tab alone', async () => {
    const key = 'ck_example_not_issued'
    const field = page.getByLabel('密钥')
    await field.fill(key)
    requests.length = 0
    await run()
    await until('no request with the key', () => requests.find((request) => request.url() === `${concord.url}/graphql` && request.headers().authorization === `Bearer ${key}`))

    await page.reload()
    assert.equal(await field.inputValue(), key, 'gone after a reload')
    assert.equal(await page.evaluate(() => JSON.stringify(localStorage)), '{}', 'something is kept beyond the tab')
    const other = await open()
    assert.equal(await other.getByLabel('密钥').inputValue(), '', 'another tab sees it')
  })

  test('says what to do when the server cannot be reached', async () => {
    await page.route('**/graphql', (route) => route.abort())
    await run()
    await answerShows('连接不上服务器')
  })
})
