// 系统: who may come in and what they read. Story 12 of domain.md §5 – an auditor finds who read
// whose mobile, why, and under which agreement –, the life of keys and accounts, and words of the
// search that a city adds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asked, inDays } from '../stage.mjs'

export default (stage) => {
  const choose = async (page, label, option) => {
    const box = page.getByRole('combobox', { name: label, exact: true })
    await box.fill(option)
    await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)').getByTitle(option, { exact: true }).click()
    await page.keyboard.press('Escape')
  }
  const day = async (page, label, value) => {
    const field = page.getByLabel(label)
    await field.fill(value)
    await field.press('Enter')
  }
  /** Asks by a key that the pages have handed out; the status and the answer. */
  const byKey = async (secret, query, purpose) => {
    const answer = await fetch(`${stage.url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query, extensions: { purpose } }),
    })
    return { status: answer.status, ...(await answer.json()) }
  }
  const issue = async (page) => {
    await page.getByLabel('原因或依据').fill('示例：系统对接')
    await page.getByRole('button', { name: '发放密钥' }).click()
    return page.getByRole('textbox', { name: /的密钥$/ }).inputValue()
  }

  test('an auditor finds who read whose mobile, why, and under which agreement; keys are issued, replaced and revoked', async () => {
    const city = await stage.visit('/system/keys/new', { as: '人社管理员' })
    await choose(city, '角色', '合作单位')
    await choose(city, '成员单位', '市司法局')
    await city.getByLabel('使用者的名称').fill('示例司法局系统')
    await choose(city, '授权范围', '联系方式')
    await day(city, '有效期', inDays(200))
    const first = await issue(city)
    assert.match(first, /^ck_/)
    await stage.look(city, 'system-key-issued')

    const phones = '{ mediators(first: 20, filter: {status: [ACTIVE]}) { nodes { id name registrationNo phone } } }'
    const before = await byKey(first, '{ viewer { name role agency { name } } }')
    assert.deepEqual(before.data.viewer, { name: '示例司法局系统', role: 'PARTNER', agency: { name: '市司法局' } })

    await city.goto(`${stage.url}/system/agreements/new`)
    await stage.settled(city)
    await city.getByRole('button', { name: '登记', exact: true }).click()
    await city.getByText('请选择生效之日。').waitFor()
    await choose(city, '单位', '市司法局')
    await city.getByLabel('文号', { exact: true }).fill('津司协〔2026〕示例3号')
    await city.getByLabel('共享依据').fill('示例：人民调解法第十条')
    await city.getByLabel('使用目的').fill('示例：核对人民调解员名册')
    for (const field of ['自然人·手机号码', '调解员·联系电话']) await choose(city, '开放的字段', field)
    await day(city, '生效之日', inDays(-1))
    await day(city, '截止之日', inDays(300))
    await city.getByLabel('原因或依据').fill('示例：协议已签')
    await stage.look(city, 'system-agreement-new')
    await city.getByRole('button', { name: '登记', exact: true }).click()
    await stage.arrived(city, '共享协议：市司法局')
    await stage.look(city, 'system-agreement')

    const read = await byKey(first, phones, '示例：年度核对')
    const seen = read.data.mediators.nodes.find(({ phone }) => phone)
    assert.ok(seen, 'the agreement opens mobiles') // sheets bring them with the listing

    const auditor = await stage.visit('/system', { as: '审计员' })
    await auditor.getByRole('navigation', { name: '系统' }).getByRole('link', { name: '审计' }).click()
    await stage.arrived(auditor, '查阅记录')
    await auditor.getByRole('combobox', { name: '被读的人' }).fill(seen.name)
    await auditor.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)').getByTitle(`${seen.name}（调解员 ${seen.registrationNo}）`).click()
    await auditor.waitForURL(/record=med_/)
    await choose(auditor, '字段', '调解员·联系电话')
    await stage.settled(auditor)
    const row = auditor.locator('.table tbody tr').filter({ hasText: '示例司法局系统' })
    const said = await row.first().innerText()
    for (const part of ['市司法局', '津司协〔2026〕示例3号', '人民调解法第十条', '年度核对', seen.name, '联系电话']) assert.ok(said.includes(part), `${part} is missing in ${said}`)
    await stage.look(auditor, 'system-audit')
    assert.equal(await auditor.getByRole('link', { name: '发放密钥' }).count(), 0)
    await auditor.reload()
    await stage.settled(auditor)
    assert.ok((await row.first().innerText()).includes('年度核对'), 'the address shows the same again')

    // What an auditor may not do is refused, whatever page she opens, and stands in the log.
    await auditor.goto(`${stage.url}/system/keys/new?role=AUDITOR`)
    await stage.settled(auditor)
    await auditor.getByLabel('使用者的名称').fill('示例不该有的密钥')
    await auditor.getByLabel('原因或依据').fill('示例')
    await auditor.getByRole('button', { name: '发放密钥' }).click()
    await auditor.getByText(/由市级管理员（市人社局）发放/).first().waitFor()
    await auditor.goto(`${stage.url}/system/audit/refused`)
    await stage.settled(auditor)
    await auditor.getByText('发放密钥', { exact: true }).first().waitFor()
    assert.equal(await auditor.getByText('登记共享协议', { exact: true }).count(), 0, 'a day that is taken by the Enter key sends no form')
    await stage.look(auditor, 'system-refused')

    // The key is replaced: both serve for a while, then the first one is revoked.
    await city.goto(`${stage.url}/system/keys?name=${encodeURIComponent('示例司法局')}`)
    await stage.settled(city)
    await city.getByRole('link', { name: '示例司法局系统' }).click()
    await stage.arrived(city, '密钥：示例司法局系统')
    const firstKey = city.url()
    await city.getByRole('link', { name: '换发' }).click()
    await stage.arrived(city, '换发密钥：示例司法局系统')
    const second = await issue(city)
    for (const secret of [first, second]) assert.equal((await byKey(secret, '{ viewer { role } }')).status, 200)
    await city.getByLabel('原因或依据').fill('示例：第三个')
    await city.getByRole('button', { name: '发放密钥' }).click()
    await city.getByText(/已有两个有效的密钥/).first().waitFor()
    await city.goto(firstKey)
    await stage.settled(city)
    await city.getByLabel('停用的原因').fill('示例：已换用新的密钥')
    await city.getByRole('button', { name: '停用', exact: true }).click()
    await city.getByText('已停用，用它的请求随即被拒绝。').waitFor()
    assert.equal((await byKey(first, '{ viewer { role } }')).status, 401)
    assert.equal((await byKey(second, '{ viewer { role } }')).status, 200)
    await stage.look(city, 'system-key')
    await city.goto(`${stage.url}/system/keys`)
    await stage.settled(city)
    await stage.look(city, 'system-keys')
    await city.goto(`${stage.url}/system/agreements`)
    await stage.settled(city)
    await stage.look(city, 'system-agreements')
  })

  test('a word that is added is understood by the next search, and no longer when it is retired', async () => {
    const clerk = await stage.visit('/experts', { as: '法院工作人员' })
    const total = async (text) => (await asked(clerk, `{ experts(search: "${text}", first: 1) { totalCount } }`)).experts.totalCount
    const wages = await total('劳动报酬')
    assert.ok(wages > 0)
    assert.equal(await total('揭不开锅'), 0)

    const city = await stage.visit('/system/words', { as: '人社管理员' })
    await city.getByLabel('试查一句话').fill('揭不开锅')
    await city.getByText(/找到 0 条/).waitFor()
    await city.getByRole('button', { name: '新增说法' }).click()
    await city.getByLabel('说法', { exact: true }).fill('揭不开锅')
    await choose(city, '擅长领域', '劳动报酬')
    await city.getByText(/现在找到 0 条/).waitFor()
    await city.getByLabel('原因或依据').fill('示例：窗口常听到')
    await stage.look(city, 'system-word-new')
    await city.reload()
    await stage.settled(city)
    assert.equal(await city.getByLabel('说法', { exact: true }).inputValue(), '揭不开锅', 'a reload loses nothing')
    await city.getByRole('button', { name: '新增', exact: true }).click()
    await city.getByText('“揭不开锅”已写入，检索随即按它理解。').waitFor()
    await city.waitForFunction(async () => (await (await fetch('/readyz')).json()).indexRevision >= (await (await fetch('/readyz')).json()).revision)

    await clerk.getByRole('combobox', { name: '检索专家' }).fill('揭不开锅')
    await clerk.waitForURL(/q=/)
    await stage.settled(clerk)
    assert.equal(await total('揭不开锅'), wages)

    await city.getByRole('button', { name: '修改揭不开锅' }).click()
    await city.getByRole('heading', { name: '变更历史' }).waitFor()
    await stage.look(city, 'system-word')
    await city.getByLabel('停用的原因').fill('示例：容易误解')
    await city.getByRole('button', { name: '停用', exact: true }).click()
    await city.getByText('“揭不开锅”已停用').waitFor()
    await city.waitForFunction(async () => (await (await fetch('/readyz')).json()).indexRevision >= (await (await fetch('/readyz')).json()).revision)
    assert.equal(await total('揭不开锅'), 0)
    await city.getByRole('radiogroup', { name: '来源' }).getByText('本市的记录').click()
    await city.waitForURL(/kind=ours/)
    await stage.settled(city)
    await stage.look(city, 'system-words')

    await clerk.goto(`${stage.url}/system/words`)
    await stage.settled(clerk)
    assert.equal(await clerk.getByRole('button', { name: '新增说法' }).count(), 0, 'only who decides words is offered to')
  })

  test('an account from its link to its end', async () => {
    const city = await stage.visit('/system/accounts/new', { as: '人社管理员' })
    await city.getByLabel('登录名').fill('Jinnan Zhang')
    await city.getByLabel('使用人或岗位').fill('津南区人社局 张示例')
    await city.getByText(/登录名须为 2 至 32 个/).waitFor()
    await city.getByLabel('登录名').fill('jinnan.zhang')
    await choose(city, '区', '津南区')
    await city.getByLabel('原因或依据').fill('示例：新任名册管理员')
    await city.getByRole('button', { name: '新建帐号' }).click()
    const link = await city.getByRole('textbox', { name: /设置密码链接$/ }).inputValue()
    await stage.look(city, 'system-account-made')

    const holder = await stage.visit(new URL(link).pathname + new URL(link).search)
    await stage.look(holder, 'set-password')
    await holder.getByLabel('新密码', { exact: true }).fill('aaaaaaaaaaaa')
    await holder.getByLabel('再输一遍新密码').fill('aaaaaaaaaaaa')
    await holder.getByRole('button', { name: '设置密码并登录' }).click()
    await holder.getByRole('alert').waitFor()
    stage.forgive(/400/)
    for (const field of [holder.getByLabel('新密码', { exact: true }), holder.getByLabel('再输一遍新密码')]) await field.fill('示例雨后青石板路上行人')
    await holder.getByRole('button', { name: '设置密码并登录' }).click()
    await stage.arrived(holder, '总览')
    assert.deepEqual((await asked(holder, '{ viewer { name role district { name } } }')).viewer, { name: '津南区人社局 张示例', role: 'DISTRICT_ADMIN', district: { name: '津南区' } })

    await city.getByRole('link', { name: '查看帐号' }).click()
    await stage.arrived(city, '帐号 jinnan.zhang')
    await city.getByText('本人设置密码').waitFor()
    await city.getByText('Chrome · Linux').waitFor()
    await stage.look(city, 'system-account')
    await city.getByLabel('停用的原因').fill('示例：调离')
    await city.getByRole('button', { name: '停用', exact: true }).click()
    await city.getByText('已停用，其登录会话随即结束。').waitFor()
    assert.equal(await holder.evaluate(async () => (await fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"query":"{ viewer { role } }"}' })).status), 401)
    stage.forgive(/401/)
    await city.goto(`${stage.url}/system/accounts`)
    await stage.settled(city)
    await stage.look(city, 'system-accounts')
    await city.goto(`${stage.url}/system/health`)
    await stage.settled(city)
    await city.getByText(/已跟上/).waitFor()
    await stage.look(city, 'system-health')

    const nobody = await stage.visit('/system/accounts')
    await nobody.getByText('需要登录').waitFor()
    stage.forgive(/401/)
  })
}
