// 通报: a suspension is told to whoever lists the same person; she acknowledges, and the sender
// sees that she has.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asked, inDays } from '../stage.mjs'

export default (stage) => {
  test('a notice is received, acknowledged with what was done, and seen so by who sent it', async () => {
    // A person of the district who is also the city's expert.
    const sender = await stage.visit('/', { as: '南开区管理员' })
    const { mediators } = await asked(sender, '{ mediators(filter: {status: [ACTIVE], level: [DISTRICT], district: ["120104"]}, first: 100) { nodes { id name revision person { listings { __typename id status level } } } } }')
    const shared = mediators.nodes.find(({ person }) => person?.listings.some((one) => one.__typename === 'Expert' && one.level === 'CITY' && one.status === 'ACTIVE'))
    assert.ok(shared, 'the demo lists somebody of 南开 as the city\'s expert')
    const { suspendListing } = await asked(
      sender,
      `mutation { suspendListing(input: {id: "${shared.id}", expectedRevision: ${shared.revision}, ground: COMPLAINT_UNDER_REVIEW, documentNo: "示例停〔2026〕9号", until: "${inDays(60)}", reason: "投诉核查", idempotencyKey: "notice-story"}) { revision userErrors { message } notices { id recipientName } } }`,
    )
    assert.deepEqual(suspendListing.userErrors, [])
    assert.ok(suspendListing.notices.some(({ recipientName }) => recipientName === '市级专家库'))

    const page = await stage.visit('/notices', { as: '人社管理员' })
    const line = page.locator('.notice').filter({ hasText: '示例停〔2026〕9号' })
    await line.getByText('南开区').waitFor()
    await line.getByRole('button', { name: `签收：${shared.name}` }).click()
    await page.getByLabel('对本单位条目的处理').fill('经研究，核查期间暂不推荐')
    await stage.look(page, 'notices')
    await page.getByRole('button', { name: '签收', exact: true }).click()
    await line.getByText('已签收').waitFor()
    assert.match(page.url(), /open=no/)

    await sender.goto(`${stage.url}/notices?side=sent&open=no`)
    await stage.settled(sender)
    const told = sender.locator('.notice').filter({ hasText: '市级专家库' }).first()
    await told.getByText('已签收').waitFor()
    await stage.look(sender, 'notices-sent')
    const { notices } = await asked(page, '{ notices(first: 100) { nodes { id acknowledgedAt response } } }')
    const held = notices.nodes.find(({ id }) => suspendListing.notices.some((one) => one.id === id))
    assert.ok(held.acknowledgedAt)
    assert.equal(held.response, '经研究，核查期间暂不推荐')
  })

  test('no notices for those who keep no roster: the hub\'s sentence', async () => {
    const page = await stage.visit('/notices', { as: '合作单位程序' })
    await page.getByText(/没有通报可看/).waitFor()
    await stage.look(page, 'notices-forbidden')
  })
}
