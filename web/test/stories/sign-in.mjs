// Signing in by real accounts, the link of a first start, and a session that ends while
// somebody works.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startConcord } from '../server.mjs'

export default (stage) => {
  const account = (within) => within.getByLabel('帐号', { exact: true })
  const enter = (within) => within.getByRole('button', { name: /^(loading )?登录$/ }) // the icon may still be going

  test('a wrong password is refused in words, a right one leads back to where somebody came from', async () => {
    const page = await stage.visit('/sign-in?to=/?seen=1')
    await page.getByText('示例帐号').waitFor()
    await stage.look(page, 'sign-in')
    await account(page).fill('demo-district')
    await page.getByLabel('密码').fill('wrong')
    await enter(page).click()
    await page.getByRole('alert').getByText('登录名或密码不正确').waitFor()
    assert.equal(await account(page).inputValue(), 'demo-district', 'the account must be typed again')
    await page.getByLabel('密码').fill('demo-district')
    await enter(page).click()
    await page.waitForURL(`${stage.url}/?seen=1`)
    await page.locator('.side .who').getByText('津南区管理员').waitFor()
    await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '维护' }).waitFor()
    stage.forgive(/401/)
  })

  test('a demonstration offers an account of every role, and each opens with one press', async () => {
    const page = await stage.visit('/sign-in')
    const shown = await page.locator('.demo code').allInnerTexts()
    assert.deepEqual(shown, ['demo-city', 'demo-district', 'demo-heping', 'demo-court', 'demo-expert', 'demo-union', 'demo-auditor'])
    await page.getByRole('button', { name: /津南区法院名册管理员/ }).click()
    await page.waitForURL(`${stage.url}/`)
    const who = page.locator('.side .who')
    await who.getByText('津南法院').waitFor()
    await who.getByRole('button').click()
    await page.getByRole('menuitem', { name: '退出登录' }).click()
    await who.getByText('未登录').waitFor()
  })

  test('the identity provider has a button when there is one', async () => {
    const page = await stage.visit('/nowhere')
    await page.route('**/session', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ json: { ...(await answer.json()), oidc: { label: '统一身份认证' } } })
    })
    await page.goto(`${stage.url}/sign-in?to=/feed`)
    assert.equal(await page.getByRole('link', { name: '统一身份认证' }).getAttribute('href'), '/session/oidc?to=%2Ffeed')
  })

  test('a link that leads elsewhere after signing in is not followed', async () => {
    const page = await stage.visit('/sign-in?to=//example.com/', { account: 'demo-auditor' })
    await page.waitForURL(`${stage.url}/`)
  })

  test('a session that ends in the middle of a form asks in a dialog, keeps what was typed and goes on', async () => {
    const page = await stage.visit('/maintain?days=90', { account: 'demo-district' })
    const name = await page.locator('tbody tr a').first().innerText()
    const id = (await page.locator('tbody tr a').first().getAttribute('href')).split('/').at(-1)
    await page.getByLabel('文号').fill('津南人社聘〔2026〕示例9号')
    await page.getByLabel('新聘期止').fill('2029-12-31')
    await page.getByLabel('原因或依据').fill('示例：登录过期时仍在填写')
    await page.getByRole('checkbox', { name: `选择${name}` }).check()

    // Somebody ends the session elsewhere, as an administrator or the clock does.
    const other = await stage.visit('/', { account: 'demo-district' })
    const ended = await other.evaluate(async () => {
      const ask = async (query) => (await (await fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) })).json()).data
      const { sessions } = await ask('{ sessions { id current } }')
      const others = sessions.filter((session) => !session.current)
      for (const { id } of others) await ask(`mutation { endSession(input: { id: "${id}", reason: "示例", idempotencyKey: "end-${id}" }) { userErrors { message } } }`)
      return others.length
    })
    assert.ok(ended > 0, 'no session was ended')

    await page.getByRole('button', { name: '续聘所选 1 人' }).click()
    const dialog = page.getByRole('dialog', { name: '登录已过期' })
    await dialog.waitFor()
    await stage.look(page, 'sign-in-again')
    assert.equal(await page.getByLabel('文号').inputValue(), '津南人社聘〔2026〕示例9号')
    await account(dialog).fill('demo-district')
    await dialog.getByLabel('密码').fill('demo-district')
    await enter(dialog).click()
    await page.getByText('已续聘 1 人，文号 津南人社聘〔2026〕示例9号').waitFor()
    await dialog.waitFor({ state: 'hidden' })
    const { node } = await stage.ask(null, 'query($id: ID!) { node(id: $id) { ... on Mediator { terms { end documentNo } } } }', { id })
    assert.deepEqual(node.terms.at(-1), { end: '2029-12-31', documentNo: '津南人社聘〔2026〕示例9号' })
    stage.forgive(/401/)
  })

  test('the link of a first start sets a password, once', async () => {
    const concord = await startConcord({ demo: false })
    try {
      const link = /\/sign-in\?setup=\S+/.exec(concord.said())[0]
      const page = await stage.visit(link, { at: concord.url })
      await stage.look(page, 'sign-in-setup')
      const first = page.getByLabel('新密码', { exact: true })
      const again = page.getByLabel('再输一遍新密码')
      const set = page.getByRole('button', { name: '设置密码并登录' })
      await first.fill('几个不相干的词 连成一句')
      await again.fill('别的')
      await set.click()
      await page.getByText('两遍输入的新密码不一致').waitFor()
      await first.fill('短')
      await again.fill('短')
      await set.click()
      await page.getByText('密码太短').waitFor()
      await first.fill('几个不相干的词 连成一句')
      await again.fill('几个不相干的词 连成一句')
      await set.click()
      await page.waitForURL(`${concord.url}/`)
      await page.locator('.side .who').getByText('市级管理员').first().waitFor()

      const late = await stage.visit(link, { at: concord.url })
      await late.getByLabel('新密码', { exact: true }).fill('另外几个不相干的词 连成')
      await late.getByLabel('再输一遍新密码').fill('另外几个不相干的词 连成')
      await late.getByRole('button', { name: '设置密码并登录' }).click()
      await late.getByText('链接已用过或已过期').waitFor()
      stage.forgive(/40[01]|422/)
    } finally {
      await concord.stop()
    }
  })

  test('a password that somebody else may know is changed before anything else', async () => {
    const city = '人社管理员'
    const { createAccount: made } = await stage.ask(city, 'mutation($input: CreateAccountInput!) { createAccount(input: $input) { link account { id } userErrors { message } } }', {
      input: { name: 'heping.li', label: '和平区人社局 李示例', role: 'DISTRICT_ADMIN', district: '120101', reason: '示例', idempotencyKey: 'heping-li' },
    })
    assert.deepEqual(made.userErrors, [])
    const former = '示例春风又绿江南岸边柳'
    const own = '示例明月何时照我还乡路'
    const holder = await stage.visit(made.link)
    for (const label of ['新密码', '再输一遍新密码']) await holder.getByLabel(label, { exact: true }).fill(former)
    await holder.getByRole('button', { name: '设置密码并登录' }).click()
    await stage.arrived(holder, '总览')

    const keeper = await stage.visit(`/system/accounts/${made.account.id}`, { as: city })
    await keeper.getByRole('checkbox', { name: '须先修改密码才能继续使用' }).check()
    const form = keeper.getByRole('form', { name: '修改' })
    await form.getByLabel('原因或依据').fill('示例：密码可能已被他人知道')
    await stage.look(keeper, 'system-account-must-change')
    await form.getByRole('button', { name: '保存修改' }).click()
    await keeper.getByText(/^已修改/).waitFor()

    // The session goes on, and reads nothing; neither does a new one.
    const status = (page) => page.evaluate(async () => (await fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"query":"{ viewer { role } }"}' })).status)
    assert.equal(await status(holder), 403)
    const page = await stage.visit('/sign-in?to=/maintain')
    await account(page).fill('heping.li')
    await page.getByLabel('密码').fill(former)
    await enter(page).click()
    const dialog = page.getByRole('dialog', { name: '请先修改密码' })
    await dialog.waitFor()
    await stage.look(page, 'sign-in-must-change')
    await page.keyboard.press('Escape')
    assert.equal(await dialog.isVisible(), true, 'it can be put aside')
    assert.equal(await dialog.getByRole('button').filter({ hasText: '取消' }).count(), 0)
    assert.equal(await status(page), 403)
    const change = async (current, password) => {
      await dialog.getByLabel('现在的密码').fill(current)
      for (const label of ['新密码', '再输一遍新密码']) await dialog.getByLabel(label, { exact: true }).fill(password)
      await dialog.getByRole('button', { name: /修改$/ }).click()
    }
    await change('不是这个密码的几个词', own)
    await dialog.getByRole('alert').waitFor()
    await change(former, '短')
    await dialog.getByRole('alert').getByText('密码太短').waitFor()
    await change(former, own)
    await dialog.waitFor({ state: 'hidden' })
    await page.locator('.side .who').getByText('和平区人社局 李示例').waitFor()
    await stage.arrived(page, '维护')
    assert.equal(await status(page), 200)
    assert.equal(await status(holder), 401, 'the session with the former password goes on')
    const { node } = await stage.ask(city, 'query($id: ID!) { node(id: $id) { ... on Account { mustChangePassword } } }', { id: made.account.id })
    assert.equal(node.mustChangePassword, false)
    stage.forgive(/40[0134]|422/)
  })
}
