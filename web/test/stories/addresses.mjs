// What people type, pass on or leave behind that no page has thought of: addresses with wrong
// values, what an older version kept in the browser, a session that ended in another tab.
import assert from 'node:assert/strict'
import { test } from 'node:test'

export default (stage) => {
  test('an address with values that are none says so, leaves them out or offers the way on', async () => {
    const page = await stage.visit('/rosters/mediators?status=FOO&level=CITY&by=BAR&page=99999', { as: '人社管理员' })
    await page.getByText('网址中的“FOO”不是可选的条件，没有采用。').waitFor()
    assert.ok((await page.locator('.table tbody tr').count()) > 0, 'the list is there, by the filters that are some')
    const pager = page.getByRole('navigation', { name: '翻页' })
    if (await pager.count()) assert.match(await pager.innerText(), /第 1–/, 'without a place it is the first page, whatever its number')
    await stage.look(page, 'roster-strange')

    await page.goto(`${stage.url}/feed?kind=FOO`)
    await stage.settled(page)
    await page.getByText('网址中的“FOO”不是可选的条件，没有采用。').waitFor()
    await page.getByText('实时更新中').waitFor()

    for (const [address, why] of [
      ['/rosters/mediators?on=2026-02-30', '在日历上不存在'],
      ['/?on=2026-02-30', '在日历上不存在'],
      ['/rosters/mediators?after=xyz&page=4', '翻页的位置（游标“…”）无效'],
      ['/rosters/mediators?district=999999', '没有代码为“…”的区'],
    ]) {
      await page.goto(stage.url + address)
      await stage.settled(page)
      await page.getByRole('alert').filter({ hasText: why }).waitFor()
      assert.equal(await page.getByRole('textbox').and(page.locator('[value="2026-03-02"]')).count(), 0, 'a day that is none is not shown as another one')
      await page.getByRole('link', { name: '去掉网址中的条件，重新打开' }).click()
      await page.getByRole('alert').waitFor({ state: 'detached' })
      await stage.settled(page)
      assert.equal(new URL(page.url()).search, '')
    }
    await page.goto(`${stage.url}/records/foo`)
    await stage.settled(page)
    await page.getByText('网址可能不完整').waitFor()
    await page.goto(`${stage.url}/rosters/constructor`)
    await stage.settled(page)
    assert.equal(new URL(page.url()).pathname, '/rosters/mediators')
  })

  test('what a browser kept that cannot be read any more is as if it had kept nothing', async () => {
    const page = await stage.visit('/rosters/mediators', { as: '人社管理员' })
    await page.evaluate(() => {
      localStorage.setItem('concord:columns:mediators', '{oops')
      localStorage.setItem('concord:views:mediators', '"no list"')
      sessionStorage.setItem('concord:draft:renew:mediators', '[1')
    })
    await page.reload()
    await stage.settled(page)
    await page.getByRole('columnheader', { name: '姓名' }).waitFor()
    await page.goto(`${stage.url}/maintain?days=90`)
    await stage.settled(page)
    assert.equal(await page.getByLabel('文号').inputValue(), '')
  })

  test('somebody signs out in another tab: asked once while typing, what is typed stays, and is sent after signing in', async () => {
    const page = await stage.visit('/maintain/register/mediators', { account: 'demo-district' })
    await page.getByLabel('姓名').fill('示例异页')
    await page.request.delete(`${stage.url}/session`)
    const dialog = page.getByRole('dialog').filter({ hasText: '登录已过期，请重新登录' })
    await page.getByLabel('公民身份号码').fill('120101198504120029')
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    const previews = page.waitForResponse((answer) => answer.url().endsWith('/graphql') && answer.request().postData()?.includes('"preview":true'))
    await page.getByLabel('原因或依据').fill('示例：另一页退出')
    await previews
    await stage.settled(page)
    assert.equal(await dialog.count(), 0, 'who has declined is not asked again at every key')
    await page.getByRole('button', { name: '登记', exact: true }).click()
    await dialog.getByRole('button', { name: /津南区管理员/ }).click()
    await page.getByText(/^已登记/).waitFor()
    stage.forgive(/401/)
  })

  test('one press is one change, however often the button is pressed', async () => {
    const page = await stage.visit('/maintain/register/mediators', { as: '武清区管理员' })
    await page.getByLabel('姓名').fill('示例双击')
    await page.getByLabel('原因或依据').fill('示例：连按')
    await page.getByRole('button', { name: '登记', exact: true }).dblclick()
    await page.getByText(/^已登记/).waitFor()
    await stage.settled(page)
    const { mediators } = await stage.ask('武清区管理员', '{ mediators(search: "示例双击") { nodes { name } } }')
    assert.equal(mediators.nodes.filter(({ name }) => name === '示例双击').length, 1)
  })
}
