// 校核: a court spots a wrong firm, objects to it at the field, and is told the outcome
// (domain.md §5, story 7).
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { asked } from '../stage.mjs'

const disputable = JSON.parse(readFileSync(new URL('../../app/pages/corrections/disputable.json', import.meta.url), 'utf8'))

export default (stage) => {
  const court = '法院工作人员'
  const owner = '人社管理员'
  const expertOf = async (page) => {
    const { experts } = await asked(page, '{ experts(filter: {level: [CITY], status: [ACTIVE]}, first: 1) { nodes { id name employer } } }')
    assert.ok(experts.nodes[0]?.employer, 'the city has experts')
    return experts.nodes[0]
  }

  test('a court objects to a firm at its field; the owner sees the clock and puts it right; the court gets outcome and difference', async () => {
    const page = await stage.visit('/', { as: court })
    const { id, name, employer } = await expertOf(page)
    const right = `示例（${employer}）改制后的律所`

    // Objecting, at the field.
    await page.goto(`${stage.url}/records/${id}`)
    await stage.settled(page)
    await page.getByRole('link', { name: '校核：工作单位' }).click()
    await stage.arrived(page, `提出校核：${name}`)
    await page.getByText(`现在的内容：${employer}`).waitFor()
    await page.getByRole('button', { name: '提出校核' }).click()
    await page.getByText('请写明错在哪里').waitFor()
    await page.getByText('提出校核须有佐证：请至少写一项').waitFor()
    await page.getByLabel('错在哪里').fill('该专家已于今年四月转所，名册仍列原单位')
    await page.getByLabel('应为').fill(right)
    await page.getByRole('combobox', { name: '佐证' }).fill('津司公告〔2026〕示例7号')
    await page.keyboard.press('Enter')
    await stage.look(page, 'correction-raise')
    await page.reload()
    await stage.settled(page)
    assert.equal(await page.getByLabel('应为').inputValue(), right, 'a reload loses nothing')
    await page.getByRole('button', { name: '提出校核' }).click()
    await stage.arrived(page, `校核：${name}`)
    await page.getByText(/还有 10 个工作日/).waitFor()
    assert.deepEqual(await page.getByRole('navigation', { name: '可以办理的事项' }).getByRole('button').allInnerTexts(), ['撤回'], 'who objects may take it back, no more')
    const address = page.url()

    // Everybody sees that the field is disputed, and nobody else what is said.
    const anybody = await stage.visit(`/records/${id}`)
    await anybody.getByText('异议标注').waitFor()
    await anybody.locator('.facts').getByText('异议', { exact: true }).waitFor()
    await stage.look(anybody, 'record-disputed')
    assert.equal(await anybody.getByRole('heading', { name: '校核' }).count(), 0)
    await anybody.goto(address)
    await anybody.getByRole('heading', { name: '没有这项校核' }).or(anybody.locator('.empty strong')).first().waitFor()

    // The owner: the list with the clock, the change, the answer.
    const desk = await stage.visit('/corrections', { as: owner })
    await desk.getByRole('link', { name }).waitFor()
    await desk.getByText(/还有 10 个工作日/).waitFor()
    await stage.look(desk, 'corrections')
    await desk.getByRole('link', { name }).click()
    await stage.arrived(desk, `校核：${name}`)
    await desk.getByRole('button', { name: '延长期限' }).click()
    await desk.getByLabel(/延长的原因/).fill('须向律师事务所核实')
    await desk.getByText(/答复期限将延长至/).waitFor()
    await desk.getByRole('button', { name: '延长期限' }).last().click()
    await desk.getByText(/还有 20 个工作日/).waitFor()
    await desk.getByRole('button', { name: '采纳并更正' }).click()
    assert.equal(await desk.getByLabel('更正为').inputValue(), right)
    await desk.getByLabel('答复文号').fill('津人社〔2026〕示例30号')
    await desk.getByLabel('理由（即答复）').fill('经核实，情况属实')
    await stage.look(desk, 'correction-uphold')
    await desk.getByRole('button', { name: '采纳并更正' }).last().click()
    await desk.getByRole('heading', { name: '答复' }).waitFor()

    // The court: outcome, grounds, difference; the mark is gone, the hub holds the change.
    await page.reload()
    await stage.settled(page)
    await page.getByText('经核实，情况属实').first().waitFor()
    assert.equal(await page.locator('.field-changes del').innerText(), employer)
    assert.equal(await page.locator('.field-changes ins').innerText(), right)
    await stage.look(page, 'correction-upheld')
    const after = await asked(page, `{ node(id: "${id}") { ... on Expert { employer disputes { field } } } corrections(filter: {record: "${id}", side: RAISED}) { nodes { state documentNo changes { name before after } } } }`)
    assert.deepEqual([after.node.employer, after.node.disputes], [right, []])
    assert.deepEqual(after.corrections.nodes, [{ state: 'UPHELD', documentNo: '津人社〔2026〕示例30号', changes: [{ name: 'employer', before: employer, after: right }] }])
  })

  test('a refusal with its grounds; an objection to one\'s own record is no objection', async () => {
    const page = await stage.visit('/', { as: court })
    const { id, name } = await expertOf(page)
    await page.goto(`${stage.url}/corrections/raise/${id}?field=post`)
    await stage.settled(page)
    await page.getByLabel('错在哪里').fill('职务似为旧职')
    await page.getByRole('combobox', { name: '佐证' }).fill('示例聘书〔2026〕5号')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: '提出校核' }).click()
    await stage.arrived(page, `校核：${name}`)
    const desk = await stage.visit(new URL(page.url()).pathname + '?step=refuse', { as: owner })
    await desk.getByLabel(/不予更正的理由/).fill('经核对聘书，职务无误')
    await desk.getByRole('button', { name: '不予更正' }).last().click()
    await desk.getByRole('heading', { name: '答复' }).waitFor()
    await page.reload()
    await page.getByText('经核对聘书，职务无误').first().waitFor()
    await stage.look(page, 'correction-refused')
    await page.goto(`${stage.url}/corrections?side=raised&state=ended`)
    await stage.settled(page)
    await page.locator('tbody').getByText('不予更正').waitFor()

    await desk.goto(`${stage.url}/corrections/raise/${id}?field=title`)
    await stage.settled(desk)
    await desk.getByLabel('错在哪里').fill('职称有误')
    await desk.getByRole('button', { name: '提出校核' }).click()
    await desk.getByText('这是本单位的记录，请直接修改，不必提出校核。').waitFor()
  })

  test('every field that the pages offer can be objected to', async () => {
    const page = await stage.visit('/', { as: '合作单位程序' })
    const { mediators, experts, invitedListings, organizations } = await asked(
      page,
      '{ mediators(first: 1) { nodes { id } } experts(first: 1) { nodes { id } } invitedListings(first: 20) { nodes { id person { id } } } organizations(first: 1) { nodes { id } } }',
    )
    for (const [type, of] of Object.entries({ Mediator: mediators, Expert: experts, InvitedListing: invitedListings, Organization: organizations })) {
      const { id } = of.nodes.find(({ person }) => type !== 'InvitedListing' || person)
      const each = disputable[type].map((field, i) => `f${i}: raiseCorrection(input: {id: "${id}", field: "${field}", problem: "示例", evidence: ["示例证书"], reason: "示例", idempotencyKey: "offered-${type}-${i}", preview: true}) { userErrors { message } }`)
      for (let i = 0; i < each.length; i += 8) {
        const judged = await asked(page, `mutation { ${each.slice(i, i + 8).join('\n')} }`)
        assert.deepEqual(Object.entries(judged).filter(([, { userErrors }]) => userErrors.length > 0), [], type)
      }
    }
  })

  test('the pages say who may: nobody signed in, and who watches only', async () => {
    const nobody = await stage.visit('/corrections')
    await nobody.getByText(/查看校核申请须表明身份/).waitFor()
    stage.forgive(/401/)
    await nobody.getByRole('link', { name: '登录' }).first().waitFor()
    await stage.look(nobody, 'corrections-nobody')
    stage.forgive(/401/)
  })
}
