// Keeping a roster: terms that run out, renewed with one document (domain.md §5, story 2), and
// a suspension with ground, document and end that others are told of (story 3).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asked } from '../stage.mjs'

const inDays = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10)

export default (stage) => {

  test('terms that run out are ticked and renewed with one document, each a new row', async () => {
    const page = await stage.visit('/maintain', { as: '武清区管理员' })
    await page.getByText('90 天内').click()
    await page.waitForURL(/days=90/)
    await stage.settled(page)
    const rows = page.locator('.table tbody tr')
    const n = await rows.count()
    assert.ok(n > 0, 'the demo has terms that run out')
    const id = (await rows.first().getByRole('link').getAttribute('href')).split('/').at(-1)
    const terms = async () => (await asked(page, `{ node(id: "${id}") { ... on Mediator { terms { start end documentNo } } } }`)).node.terms
    const before = await terms()
    await page.getByLabel('全选本页').check()
    const go = page.getByRole('button', { name: `续聘所选 ${n} 人` })
    assert.ok(await go.isDisabled(), 'a document, an end and a reason are asked for')
    await page.getByLabel('文号', { exact: true }).fill('示例聘〔2026〕8号')
    await page.getByLabel('新聘期止').fill(inDays(-400))
    await page.getByLabel('原因或依据').fill('聘期将满，考核合格')
    await go.click()
    await page.getByText('没有续聘任何人').waitFor()
    assert.equal(await page.locator('.renew-result li').count(), n, 'each row says why not')
    assert.equal(await page.getByLabel('文号', { exact: true }).inputValue(), '示例聘〔2026〕8号', 'nothing typed is lost')
    await stage.look(page, 'maintain-refused')
    await page.getByLabel('新聘期止').fill(inDays(1200))
    await go.click()
    await page.getByText(`已续聘 ${n} 人，文号 示例聘〔2026〕8号`).waitFor()
    const after = await terms()
    assert.deepEqual(after.slice(0, -1), before, 'former terms stay as they are')
    assert.deepEqual([after.at(-1).end, after.at(-1).documentNo], [inDays(1200), '示例聘〔2026〕8号'])
    await stage.look(page, 'maintain-renewed')
  })

  test('a suspension asks for ground, document and end, and says who will be told', async () => {
    const page = await stage.visit('/maintain', { as: '武清区管理员' })
    const { mediators } = await asked(page, '{ mediators(filter: {status: [ACTIVE], level: [DISTRICT], district: ["120114"]}, first: 100) { nodes { id person { listings { __typename id status } } } } }')
    const shared = mediators.nodes.find(({ person }) => person?.listings.some((one) => one.__typename !== 'Mediator' && one.status === 'ACTIVE'))
    assert.ok(shared, 'the demo lists somebody twice')
    await page.goto(`${stage.url}/maintain/moves/${shared.id}`)
    await stage.settled(page)
    const offered = await page.getByRole('navigation', { name: '可以办理的变动' }).getByRole('button').allInnerTexts()
    assert.ok(offered.includes('暂停') && offered.includes('续聘') && !offered.includes('公示') && !offered.includes('除名'), `offered: ${offered}`)
    await page.getByRole('button', { name: '暂停', exact: true }).click()
    await page.getByRole('button', { name: '办理暂停' }).click()
    await page.getByText(/须写明事由，且只能是下列之一/).waitFor()
    await page.getByText(/须有文号/).waitFor()
    await page.getByText('暂停须写明截止日期').waitFor()
    await stage.look(page, 'maintain-suspend-refused')
    await page.getByRole('combobox', { name: '事由' }).click()
    await page.getByTitle('投诉核查中').click()
    await page.getByLabel('文号', { exact: true }).fill('示例停〔2026〕2号')
    await page.getByLabel('暂停截止日期').fill(inDays(30))
    await page.getByLabel('原因或依据').fill('投诉核查')
    await page.getByText(/^将同步通知：/).waitFor()
    await stage.look(page, 'maintain-suspend')
    await page.reload()
    await stage.settled(page)
    await page.getByRole('button', { name: '暂停', exact: true }).click()
    assert.equal(await page.getByLabel('文号', { exact: true }).inputValue(), '示例停〔2026〕2号', 'a reload loses nothing')
    await page.getByText(/^将同步通知：/).waitFor()
    await page.getByRole('button', { name: '办理暂停' }).click()
    await page.getByText(/已办理“暂停”.*已通报：/).waitFor()
    await page.getByRole('button', { name: '恢复', exact: true }).waitFor()

    const other = await stage.visit(`/maintain/moves/${shared.id}`, { as: '人社管理员' })
    await other.getByText('没有可以办理的变动').waitFor()
    await stage.look(other, 'maintain-not-yours')
  })
}
