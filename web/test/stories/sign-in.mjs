// Signing in, and a session that ends while somebody works. The answers of /session are the
// test's own here: what the server makes of accounts and passwords is tested beside it.
import assert from 'node:assert/strict'
import { test } from 'node:test'

const demo = [
  { account: 'city', password: 'demo-city', label: '市级管理员' },
  { account: 'court', password: 'demo-court', label: '法院名册管理员' },
]

export default (stage) => {
  /** Answers for /session: nobody at first, then whoever gives the right password. */
  async function accounts(page, state = { signedIn: false }) {
    const answer = () => ({ signedIn: state.signedIn, account: state.signedIn ? { account: 'city', name: '示例市级' } : null, oidc: { label: '统一身份认证登录' }, demo })
    await page.context().unroute('**/session')
    await page.route('**/session', async (route) => {
      const request = route.request()
      if (request.method() === 'POST') {
        const { account, password } = request.postDataJSON()
        if (!demo.some((one) => one.account === account && one.password === password)) {
          return route.fulfill({ status: 401, json: { errors: [{ message: '帐号或密码不正确。请重新输入。', extensions: { code: 'UNAUTHENTICATED' } }] } })
        }
        state.signedIn = true
      }
      await route.fulfill({ json: answer() })
    })
    return state
  }

  test('a wrong password is refused in words, a right one leads back to where somebody came from', async () => {
    const page = await stage.visit('/nowhere')
    await accounts(page)
    await page.goto(`${stage.url}/sign-in?to=/?seen=1`)
    await stage.settled(page)
    await page.getByText('示例帐号').waitFor()
    await stage.look(page, 'sign-in')
    await page.getByLabel('帐号', { exact: true }).fill('city')
    await page.getByLabel('密码').fill('wrong')
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.getByText('帐号或密码不正确').waitFor()
    assert.equal(await page.getByLabel('帐号', { exact: true }).inputValue(), 'city', 'the account must be typed again')
    await page.getByRole('button', { name: /法院名册管理员/ }).click()
    await page.waitForURL(`${stage.url}/?seen=1`)
    stage.forgive(/401/)
  })

  test('a link that leads elsewhere after signing in is not followed', async () => {
    const page = await stage.visit('/nowhere')
    await accounts(page, { signedIn: true })
    await page.goto(`${stage.url}/sign-in?to=//example.com/`)
    await page.waitForURL(`${stage.url}/`)
  })

  test('a session that has ended asks in a dialog and goes on with the same request', async () => {
    const page = await stage.visit('/nowhere')
    const state = await accounts(page, { signedIn: true })
    await page.reload()
    await stage.settled(page)
    await page.route('**/graphql', (route) =>
      state.signedIn ? route.fallback() : route.fulfill({ status: 401, json: { errors: [{ message: '登录已过期。请重新登录。', extensions: { code: 'UNAUTHENTICATED' } }] } }),
    )
    state.signedIn = false
    await page.getByRole('link', { name: '回到总览' }).click()
    const dialog = page.getByRole('dialog', { name: '登录已过期' })
    await dialog.getByRole('button', { name: /市级管理员/ }).click()
    await page.locator('.figures dd').first().waitFor()
    await dialog.waitFor({ state: 'hidden' })
    stage.forgive(/401/)
  })
}
