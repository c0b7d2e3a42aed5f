// The rosters as tables, and a record with all that the hub knows of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asked } from '../stage.mjs'

export default (stage) => {
  const total = async (page) => Number(await page.getByRole('status').locator('strong').first().innerText())

  test('four rosters, each by its own columns', async () => {
    const page = await stage.visit('/rosters')
    await page.waitForURL(/rosters\/mediators/)
    for (const [name, column] of [['调解员', '所属调解组织'], ['调解组织', '组织类型'], ['专家', '职称'], ['特邀名册', '邀请法院']]) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.getByRole('columnheader', { name: column }).waitFor()
      await stage.settled(page)
      await stage.look(page, `roster-${page.url().split('/').at(-1)}`)
    }
  })

  test('filters, order and page stand in the address and come back with it', async () => {
    const page = await stage.visit('/rosters/mediators')
    const all = await total(page)
    await page.getByRole('combobox', { name: '状态' }).click()
    await page.locator('.ant-select-item-option').filter({ hasText: '在册' }).click()
    await page.keyboard.press('Escape')
    await page.waitForURL(/status=ACTIVE/)
    await stage.settled(page)
    const active = await total(page)
    assert.ok(active > 0 && active < all)
    await page.getByRole('columnheader', { name: '聘期止' }).getByRole('button').click()
    await page.waitForURL(/by=TERM_END/)
    await stage.settled(page)
    const ends = await page.locator('tbody td[data-title=聘期止]').allInnerTexts()
    assert.deepEqual(ends, [...ends].sort(), 'not in order of the terms')
    await page.getByRole('button', { name: '下一页' }).click()
    await page.waitForURL(/page=2/)
    await stage.settled(page)
    const second = await page.locator('tbody tr').first().innerText()
    await page.reload()
    await stage.settled(page)
    assert.equal(await page.locator('tbody tr').first().innerText(), second)
    await page.getByRole('button', { name: '上一页' }).click()
    await page.waitForURL((url) => !url.search.includes('page='))
    await stage.settled(page)
    assert.equal(await page.locator('tbody td[data-title=聘期止]').first().innerText(), ends[0])
  })

  test('columns and views are kept for the next time', async () => {
    const page = await stage.visit('/rosters/mediators?district=120101')
    await page.getByRole('button', { name: '列', exact: true }).click()
    await page.getByRole('checkbox', { name: '调解员证号' }).check()
    await page.keyboard.press('Escape')
    await page.getByRole('columnheader', { name: '调解员证号' }).waitFor()
    await page.getByRole('button', { name: /^视图/ }).click()
    await page.getByLabel('视图名称').fill('和平区')
    await page.getByRole('button', { name: '保存' }).click()
    await page.goto(`${stage.url}/rosters/mediators`)
    await stage.settled(page)
    await page.getByRole('columnheader', { name: '调解员证号' }).waitFor()
    await page.getByRole('button', { name: '视图 · 1' }).click()
    await page.getByRole('link', { name: '和平区', exact: true }).click()
    await page.waitForURL(/district=120101/)
  })

  test('the export takes what the list shows, for those who may', async () => {
    const page = await stage.visit('/rosters/organizations?district=120112', { as: '人社管理员' })
    await page.getByRole('button', { name: '导出' }).click()
    const address = await page.getByRole('link', { name: '.csv' }).getAttribute('href')
    const rows = (await (await page.context().request.get(stage.url + address)).text()).trim().split('\n').length - 2 // the heading and the last line
    assert.equal(rows, await total(page))
  })

  test('a record: terms, moves, history with before and after, and whether it stood on a day', async () => {
    const page = await stage.visit('/rosters/mediators?status=SUSPENDED')
    await page.locator('tbody td[data-title=姓名] a').first().click()
    await page.waitForURL(/records\/med_/)
    await page.getByRole('heading', { name: '聘期与状态' }).waitFor()
    await page.locator('.record-events').getByText('暂停', { exact: true }).waitFor()
    await page.getByText(/个字段/).first().click()
    await page.locator('.field-changes ins').first().waitFor()
    await page.getByLabel('核验日期').fill('2020-01-01')
    await page.keyboard.press('Enter')
    await page.locator('.record-verified').getByText('不在册').waitFor()
    await stage.look(page, 'record-mediator')
  })

  test('an organisation with its mediators; a record that does not exist', async () => {
    const page = await stage.visit('/rosters/organizations')
    await page.locator('tbody td[data-title=名称] a').first().click()
    await page.waitForURL(/records\/org_/)
    await page.getByRole('heading', { name: /调解员 \d+ 名/ }).waitFor()
    await stage.settled(page)
    await stage.look(page, 'record-organization')
    await page.goto(`${stage.url}/records/med_zzzz`)
    await stage.settled(page)
    assert.equal(await page.locator('h1').innerText(), '没有这条记录')
  })

  test('what hangs on a record: training of a mediator; award, rules, window and stationing of an organisation', async () => {
    const page = await stage.visit('/')
    const found = await asked(page, '{ mediator(by: {registrationNo: "示例-调-0001"}) { id } organization(by: {registrationNo: "示例-组-001"}) { id revision } organizations(first: 100, filter: {district: ["120101"]}) { nodes { id awards { id } } } }')
    await page.goto(`${stage.url}/records/${found.mediator.id}`)
    await page.getByRole('heading', { name: '培训' }).waitFor()
    await page.getByText('新业态用工纠纷研讨（示例）').waitFor()
    await stage.look(page, 'record-training')
    const keeper = await stage.visit('/', { as: '人社管理员' })
    const { id, revision } = found.organization
    const { recordPractice } = await asked(keeper, `mutation { recordPractice(input: {id: "${id}", expectedRevision: ${revision}, window: {scope: "劳动人事争议", hours: "工作日 9:00-17:00", behind: ["${found.organizations.nodes[1].id}"]}, reason: "示例", idempotencyKey: "window-story"}) { revision userErrors { message } } }`)
    assert.deepEqual(recordPractice.userErrors, [])
    await page.goto(`${stage.url}/records/${id}`)
    await page.getByRole('heading', { name: /八项制度：已建立 \d 项/ }).waitFor()
    await page.getByRole('heading', { name: '派驻' }).waitFor()
    await page.getByRole('heading', { name: '一窗式窗口' }).waitFor()
    await stage.look(page, 'record-practice')
    await page.goto(`${stage.url}/records/${found.organizations.nodes.find(({ awards }) => awards.length > 0).id}`)
    await page.getByRole('heading', { name: '荣誉' }).waitFor()
    await page.getByText(/金牌劳动人事争议调解组织（第三批）/).waitFor()
    await stage.look(page, 'record-award')
  })

  test('what is not public is asked for by a button, and only by those who are signed in', async () => {
    const open = async (as) => {
      const page = await stage.visit('/rosters/mediators?level=CITY', { as })
      await page.locator('tbody td[data-title=姓名] a').first().click()
      await page.getByRole('heading', { name: '基本情况' }).waitFor()
      await stage.settled(page)
      return page
    }
    assert.equal(await (await open()).getByRole('heading', { name: '非公开内容' }).count(), 0)
    const page = await open('人社管理员')
    await page.getByRole('button', { name: '查看' }).click()
    await page.locator('.record-withheld dt, .record-decisions li').first().waitFor()
    await stage.look(page, 'record-withheld')
  })
}
