// 调剂: a district asks for three mediators for a peak of unpaid wages; ranked candidates with
// reasons; a fair draw with its seed on record; releases by their homes (domain.md §5, story 10).
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { asked, inDays } from '../stage.mjs'

export default (stage) => {
  const asking = '武清区管理员'
  const city = '人社管理员'
  const ask = async (ground) => {
    const page = await stage.visit('/secondments', { as: asking })
    await page.getByRole('button', { name: '申请调剂' }).click()
    await stage.arrived(page, '申请调剂')
    await page.getByRole('combobox', { name: '所需擅长领域' }).fill('劳动报酬')
    await page.locator('.ant-select-item-option').filter({ hasText: /^劳动报酬$/ }).click()
    await page.keyboard.press('Escape')
    await page.getByLabel('事由').fill(ground)
    await page.getByLabel('申请文号').fill('武清人社〔2026〕示例12号')
    await page.getByRole('button', { name: '提交申请' }).click()
    await page.getByText('请选择第一日。').waitFor()
    for (const [label, day] of [['第一日', inDays(0)], ['最后一日', inDays(13)]]) {
      await page.getByLabel(label).fill(day)
      await page.keyboard.press('Tab')
    }
    return page
  }
  const submitted = async (page) => {
    await page.getByRole('button', { name: '提交申请' }).click()
    await stage.arrived(page, '调剂：武清区，3 人')
    return new URL(page.url()).pathname
  }

  test('a district asks; the city names from the ranked; homes release; the district notes coming and going', async () => {
    const page = await ask('年底欠薪案件集中，需支援两周')
    await stage.look(page, 'secondment-request')
    const address = await submitted(page)
    const id = address.split('/').at(-1)
    await page.getByRole('region', { name: '可选人选' }).locator('.candidates > li').first().waitFor()
    assert.deepEqual(await page.getByRole('navigation', { name: '可以办理的事项' }).getByRole('button').allInnerTexts(), ['取消调剂'], 'who asks may cancel, no more')
    assert.equal(await page.getByRole('checkbox', { name: /^指定/ }).count(), 0, 'who asks does not choose')

    // The city: ranked, with reasons; four named for three places.
    const hall = await stage.visit('/secondments?state=asked', { as: city })
    await hall.getByText('年底欠薪案件集中').waitFor()
    await stage.look(hall, 'secondments')
    await hall.getByRole('link', { name: '武清区' }).first().click()
    await stage.arrived(hall, '调剂：武清区')
    await hall.getByRole('button', { name: '批准', exact: true }).click()
    const scores = (await hall.locator('.candidate-score').allInnerTexts()).map(Number)
    assert.deepEqual(scores, [...scores].sort((a, b) => b - a), 'the best first')
    await hall.getByText(/擅长所需的劳动报酬/).first().waitFor()
    const near = hall.locator('.candidates > li').filter({ has: hall.getByText('北辰区', { exact: true }) }).first()
    const lent = (await near.locator('.candidate-name a').innerText()).trim()
    await near.getByRole('checkbox').check()
    for (let i = 0; i < 3; i++) await hall.getByRole('checkbox', { name: /^指定/, checked: false }).first().check()
    await hall.getByText('候补 1').waitFor()
    await hall.getByLabel('文号', { exact: true }).fill('津人社〔2026〕示例21号')
    await stage.look(hall, 'secondment-approve')
    await hall.getByRole('button', { name: '批准', exact: true }).last().click()
    await hall.locator('.seconded > li').first().waitFor()
    assert.deepEqual((await hall.locator('.seconded .chip').allInnerTexts()).slice(-1), ['候补'])

    // Her home releases her, by its own list; nobody else can.
    const home = await stage.visit('/secondments?side=home', { as: '北辰区管理员' })
    await home.getByText('年底欠薪案件集中').waitFor()
    await home.getByRole('link', { name: '武清区' }).first().click()
    await stage.arrived(home, '调剂：武清区')
    await home.getByRole('button', { name: `同意派出：${lent}`, exact: true }).click()
    await home.getByLabel('文号', { exact: true }).fill('北辰人社〔2026〕示例5号')
    await stage.look(home, 'secondment-release')
    await home.getByRole('button', { name: '同意派出', exact: true }).click()
    await home.locator('.seconded .chip').getByText('已同意派出').waitFor()
    assert.equal(await home.getByRole('button', { name: /^到岗/ }).count(), 0, 'coming is for the district to say')

    // She comes, and goes back; her listing says so meanwhile.
    await page.reload()
    await stage.settled(page)
    await page.getByRole('button', { name: `到岗：${lent}`, exact: true }).click()
    await page.getByRole('button', { name: '到岗', exact: true }).click()
    await page.locator('.seconded .chip').getByText('已到岗').waitFor()
    const away = await asked(page, `{ node(id: "${id}") { ... on Secondment { state persons { state mediator { id name available away { secondment district { name } } } } } } }`)
    assert.equal(away.node.state, 'ACTIVE')
    const there = away.node.persons.find(({ state }) => state === 'STARTED').mediator
    assert.deepEqual([there.name, there.available, there.away.at(-1).district.name], [lent, false, '武清区'])
    await page.getByRole('button', { name: `返回：${lent}`, exact: true }).click()
    await page.getByRole('button', { name: '返回', exact: true }).click()
    await page.locator('.seconded .chip').getByText('已返回').waitFor()
    await stage.look(page, 'secondment')
    const { node } = await asked(page, `{ node(id: "${id}") { ... on Secondment { steps { step authority documentNo } } } }`)
    assert.deepEqual(node.steps.map(({ step }) => step), ['REQUEST', 'APPROVE', 'RELEASE', 'START', 'RETURN'])
    assert.equal(node.steps[2].documentNo, '北辰人社〔2026〕示例5号')
  })

  test('a draw: its seed is on record, and whoever has it comes to the same order', async () => {
    const page = await ask('示例：抽取')
    const address = await submitted(page)
    const hall = await stage.visit(`${address}?step=APPROVE`, { as: city })
    await hall.getByText('公开抽取').click()
    await hall.getByLabel('文号', { exact: true }).fill('津人社〔2026〕示例22号')
    await hall.getByText(/可供抽取的有 \d+ 人/).waitFor()
    await stage.look(hall, 'secondment-draw')
    await hall.getByRole('button', { name: '批准并抽取' }).click()
    await hall.getByRole('heading', { name: '抽取记录' }).waitFor()
    await stage.settled(hall)
    await stage.look(hall, 'secondment-drawn')
    const seed = await hall.locator('.drawn code').first().innerText()
    await hall.getByText('候选人名单（编号由小到大）').click()
    const candidates = (await hall.locator('.drawn-ids').innerText()).split(' ')
    const digest = (text) => createHash('sha256').update(text).digest('hex')
    const order = candidates.toSorted((a, b) => (digest(seed + a) < digest(seed + b) ? -1 : 1))
    const { node } = await asked(hall, `{ node(id: "${address.split('/').at(-1)}") { ... on Secondment { draw { candidatesHash } persons { mediator { id } state } } } }`)
    assert.deepEqual(node.persons.map(({ mediator }) => mediator.id), order.slice(0, node.persons.length))
    assert.equal(node.draw.candidatesHash, digest(candidates.map((id) => id + '\n').join('')))
    assert.deepEqual(node.persons.slice(0, 4).map(({ state }) => state), ['ASKED', 'ASKED', 'ASKED', 'WAITING'])
  })

  test('no right by address: the hub\'s sentence, and what to do', async () => {
    const page = await stage.visit('/secondments', { as: '合作单位程序' })
    await page.getByText(/调剂由市、区管理员查看/).waitFor()
    await stage.look(page, 'secondments-forbidden')
    const other = await stage.visit('/secondments/request', { as: city })
    await other.getByText('您的帐号不能申请调剂').waitFor()
  })
}
