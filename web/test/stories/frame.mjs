// What stands around every page: navigation, signing in, and what happens when the server is away.
import assert from 'node:assert/strict'
import { test } from 'node:test'

export default (stage) => {
  test('the first page: found by its title, its areas by keyboard', async () => {
    const page = await stage.visit('/')
    assert.equal(await page.title(), '总览 · 调解资源共享中心')
    await page.locator('.figures dd').first().waitFor()
    await stage.look(page, 'overview')
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.textContent), '跳到正文')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main')
  })

  test('an address that no page has says so', async () => {
    const page = await stage.visit('/nowhere/at/all')
    assert.equal(await page.locator('h1').innerText(), '没有这一页')
    await stage.look(page, 'lost')
  })

  test('a phone has its navigation behind a button', async () => {
    const page = await stage.visit('/nowhere', { size: 'phone' })
    await page.getByRole('button', { name: '打开导航' }).click()
    await page.getByRole('dialog').getByRole('link', { name: '总览' }).click()
    await stage.settled(page)
    assert.equal(await page.locator('h1').innerText(), '总览')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  })

  test('the server goes away and comes back: the page says so and goes on by itself', async () => {
    const page = await stage.visit('/nowhere')
    await page.route('**/graphql', (route) => route.abort())
    await page.getByRole('link', { name: '回到总览' }).click()
    await page.getByText('与服务器的连接已断开').waitFor()
    await page.getByText('连接不上服务器').first().waitFor()
    stage.forgive(/ERR_FAILED/)
    await stage.look(page, 'offline')
    await page.unroute('**/graphql')
    await page.getByRole('button', { name: '立即重试' }).click()
    await page.locator('.figures dd').first().waitFor()
    await page.getByText('与服务器的连接已断开').waitFor({ state: 'detached' })
    stage.forgive(/ERR_FAILED/)
  })

  test('a first view under a megabyte as it travels; no script runs that is not a file of the server', async () => {
    for (const path of ['/', '/experts']) {
      const page = await stage.visit(path)
      const bytes = await page.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, one) => sum + one.transferSize, 0))
      assert.ok(bytes > 50_000 && bytes < 1_000_000, `${path} takes ${bytes} bytes`)
      const policy = (await page.request.get(stage.url + path, { headers: { Accept: 'text/html' } })).headers()['content-security-policy']
      assert.equal(/script-src ([^;]*)/.exec(policy)?.[1], "'self'")
      const ran = await page.evaluate(() => {
        const script = document.createElement('script')
        script.textContent = 'window.ran = true'
        document.head.append(script)
        return window.ran
      })
      assert.equal(ran, undefined, 'a script in the page itself has run')
      stage.forgive(/Content Security Policy/)
    }
  })
}
