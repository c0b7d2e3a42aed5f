// Registering and amending records by forms: what is wrong is said as one types, at the field;
// nothing typed is lost by a reload, a lost connection, an ended session or somebody else's change.
import assert from 'node:assert/strict'
import { test } from 'node:test'

const daysAgo = (n) => new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10)

export default (stage) => {
  const asked = (page, query, variables) =>
    page.evaluate(
      async ([query, variables]) => {
        const answer = await (await fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query, variables }) })).json()
        if (answer.errors) throw new Error(JSON.stringify(answer.errors))
        return answer.data
      },
      [query, variables],
    )
  /** What is said below a field. */
  const saidAt = (page, label) => page.locator('.form-field').filter({ has: page.getByLabel(label) }).locator('.form-wrong')
  const choose = async (page, label, option) => {
    await page.getByRole('combobox', { name: label }).fill(option)
    await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)').getByTitle(option, { exact: true }).click()
  }
  /** Types what is wrong, sees why, and types what is right. */
  async function check(page, label, wrong, why, right) {
    const field = page.getByLabel(label)
    await field.fill(wrong)
    await saidAt(page, label).filter({ hasText: why }).waitFor()
    assert.equal(await field.getAttribute('aria-invalid'), 'true')
    assert.ok(await page.locator(`#${await field.getAttribute('aria-describedby')}`).isVisible(), `a screen reader hears what is wrong with ${label}`)
    if (right === undefined) return
    await field.fill(right)
    await saidAt(page, label).waitFor({ state: 'detached' })
  }

  test('a mediator is registered: every check speaks at its field while one types', async () => {
    const page = await stage.visit('/rosters/mediators', { as: '武清区管理员' })
    await page.getByRole('link', { name: '登记', exact: true }).click()
    await stage.arrived(page, '登记调解员')
    assert.equal(await page.getByLabel('姓名').getAttribute('aria-required'), 'true')
    await page.getByRole('button', { name: '登记', exact: true }).click()
    await saidAt(page, '姓名').filter({ hasText: '没有填写' }).waitFor()
    await saidAt(page, '原因或依据').waitFor()
    await page.waitForFunction(() => document.activeElement?.id === 'field-name')
    for (const [wrong, why] of [['示例3', '有数字'], ['示例甲、示例乙', '不止一个人'], ['例', '2 至 30 个字'], ['待定', '不是姓名'], ['阿卜杜拉··示例', '间隔号']]) await check(page, '姓名', wrong, why)
    await check(page, '姓名', '示例（新）', '括号', '阿卜杜拉•示例')
    for (const [wrong, why] of [['12010119900307', '应为 18 位，这里有 14 位'], ['120199199002290036', '不是日历上存在的出生日期'], ['120101199003070028', '校验码不符'], ['120101900307002', '15 位'], ['1.20104E+17', '当作数字']]) await check(page, '公民身份号码', wrong, why)
    await page.getByLabel('公民身份号码').fill('11010519491231002x')
    await saidAt(page, '公民身份号码').waitFor({ state: 'detached' })
    await choose(page, '性别', '男')
    await saidAt(page, '性别').filter({ hasText: '公民身份号码表明是“女”' }).waitFor()
    await choose(page, '性别', '女')
    await check(page, '出生日期或年月', '1950-05', '公民身份号码表明是', '1949-12')
    await check(page, '联系电话', '23456789', '缺少区号', '022-23456789')
    await check(page, '联系电话', '12800138000', '号段不对', '13800138000')
    await check(page, '年度培训学时', '很多', '请填写数字', '24.5')
    await check(page, '考核年度', '2099', '之间的年份', '2025')
    await choose(page, '组织内职务', '副主任')
    await page.getByText('还没有登记佐证材料').waitFor()
    await page.getByLabel('佐证材料').fill('身份证号 11010519491231002X')
    await page.keyboard.press('Enter')
    await saidAt(page, '佐证材料').filter({ hasText: '请勿在佐证材料中写身份证号' }).waitFor()
    await page.getByLabel('佐证材料').press('Backspace')
    await page.getByLabel('佐证材料').fill('示例推荐表〔2026〕3号')
    await page.keyboard.press('Enter')
    await saidAt(page, '佐证材料').waitFor({ state: 'detached' })
    await choose(page, '层级', '市级')
    await saidAt(page, '所属区').waitFor()
    await stage.look(page, 'form-register-wrong')
    await choose(page, '层级', '区级')
    await saidAt(page, '所属区').waitFor({ state: 'detached' })
    await page.getByLabel('擅长领域').fill('工伤')
    await page.keyboard.press('Enter')
    await page.getByRole('combobox', { name: '所属调解组织' }).fill('武清')
    await page.locator('.ant-select-item-option').filter({ hasText: '武清区' }).first().click()
    await page.getByLabel('原因或依据').fill('示例：区里推荐')
    await page.reload()
    await stage.settled(page)
    assert.deepEqual([await page.getByLabel('姓名').inputValue(), await page.getByLabel('公民身份号码').inputValue()], ['阿卜杜拉•示例', ''], 'words stay over a reload, identity numbers are not kept in a browser')
    assert.ok(!(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).includes('19491231'), 'an identity number is kept in the browser')
    await page.getByLabel('公民身份号码').fill('11010519491231002X')
    await page.getByRole('button', { name: '登记', exact: true }).click()
    await page.getByText(/^已登记/).waitFor()
    await stage.look(page, 'form-registered')
    const id = (await page.getByRole('link', { name: /阿卜杜拉·示例/ }).getAttribute('href')).split('/').at(-1)
    const { node } = await asked(page, 'query($id: ID!) { node(id: $id) { ... on Mediator { name status level district { code } phone trainingHours position evidence evaluationYear specialties { label } organization { name } person { gender birthDate } } } }', { id })
    assert.ok(node.organization.name.includes('武清'))
    delete node.organization
    assert.deepEqual(node, { name: '阿卜杜拉·示例', status: 'PROPOSED', level: 'DISTRICT', district: { code: '120114' }, phone: '13800138000', trainingHours: 24.5, position: 'DEPUTY_DIRECTOR', evidence: ['示例推荐表〔2026〕3号'], evaluationYear: 2025, specialties: node.specialties, person: { gender: 'FEMALE', birthDate: '1949-12-31' } })
    assert.equal(node.specialties.length, 1)
    assert.equal(await page.getByLabel('姓名').inputValue(), '', 'the next one starts with an empty form')

    // The same person again is found, whatever her name.
    await page.getByLabel('姓名').fill('示例某')
    await page.getByLabel('公民身份号码').fill('11010519491231002X')
    await saidAt(page, '公民身份号码').waitFor()
  })

  test('the federation registers a chamber without a code of its own (story 11)', async () => {
    const page = await stage.visit('/rosters/organizations', { as: '工商联' })
    await page.getByRole('link', { name: '登记', exact: true }).click()
    await stage.arrived(page, '登记调解组织')
    await page.getByLabel('组织名称').fill('示例区示例商会劳动争议调解委员会')
    await choose(page, '组织类型', '商（协）会调解组织')
    await choose(page, '所属区', '津南区')
    await check(page, '统一社会信用代码', '91350100', '应为 18 位，这里有 8 位')
    await check(page, '统一社会信用代码', '9135O100M000100Y43', '是否为数字 0')
    await check(page, '统一社会信用代码', '91350100M000100Y44', '末位校验码不符')
    await page.getByLabel('代码校验不符仍予采用的理由').fill('商会尚无代码，借用设立单位代码')
    await page.locator('.form-wrong').filter({ hasText: '同时写明理由和依据' }).waitFor()
    await stage.look(page, 'form-waiver')
    await page.getByLabel('采用的依据').fill('示例证照 1 号，2026-06-01 核对')
    await page.locator('.form-wrong').waitFor({ state: 'detached' })
    for (const sponsor of ['示例商会', '示例总工会']) {
      await page.getByLabel('设立（主办）单位').fill(sponsor)
      await page.keyboard.press('Enter')
    }
    await page.getByRole('combobox', { name: '上级组织' }).fill('津南')
    await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: '津南区' }).first().click()
    await choose(page, '是否收费', '否')
    await page.getByLabel('成立日期').fill('2020-05-06')
    await check(page, '专职人数', '三', '请填写整数', '3')
    await page.getByLabel('原因或依据').fill('示例：商会设立')
    await page.getByRole('button', { name: '登记', exact: true }).click()
    await page.getByText(/^已登记/).waitFor()
    const id = (await page.locator('.form-made').getByRole('link').first().getAttribute('href')).split('/').at(-1)
    const { node } = await asked(page, 'query($id: ID!) { node(id: $id) { ... on Organization { status kind creditCode creditCodeWaiver foundedOn fullTimeListed sponsors feeCharged parent { id } } } }', { id })
    const parent = node.parent.id
    delete node.parent
    assert.deepEqual(node, { status: 'ACTIVE', kind: 'CHAMBER', creditCode: '91350100M000100Y44', creditCodeWaiver: '商会尚无代码，借用设立单位代码（依据：示例证照 1 号，2026-06-01 核对）', foundedOn: '2020-05-06', fullTimeListed: 3, sponsors: ['示例商会', '示例总工会'], feeCharged: false })

    // Another sort of organisation is not the federation's.
    await page.getByLabel('组织名称').fill('示例区示例街道调解委员会')
    await choose(page, '组织类型', '乡镇（街道）调解组织')
    await choose(page, '所属区', '津南区')
    await page.getByLabel('原因或依据').fill('示例')
    await page.getByRole('button', { name: '登记', exact: true }).click()
    await page.getByText('不能对这条记录办理“登记”').waitFor()

    // Either record leads to the other.
    await page.goto(`${stage.url}/records/${parent}`)
    await stage.settled(page)
    const branches = page.locator('section').filter({ has: page.getByRole('heading', { name: '分支机构 1 个' }) })
    await stage.look(page, 'record-branches')
    await branches.getByRole('link', { name: '示例区示例商会劳动争议调解委员会' }).click()
    await page.getByText('示例商会、示例总工会').waitFor()
    await stage.look(page, 'record-branch')
    await page.goto(`${stage.url}/rosters/organizations?parent=${parent}`)
    await page.getByRole('link', { name: '示例区示例商会劳动争议调解委员会' }).waitFor()
    assert.equal(await page.locator('.table tbody tr').count(), 1)
  })

  /** Somebody else amends a mediator meanwhile. */
  const amend = (page, id, revision, fields) =>
    asked(page, 'mutation($input: AmendMediatorInput!) { amendMediator(input: $input) { revision userErrors { message } } }', {
      input: { id, expectedRevision: revision, fields, reason: '示例：别人的修改', idempotencyKey: String(Math.random()) },
    })
  const ofWuqing = async (page, i) => {
    const { mediators } = await asked(page, '{ mediators(filter: {status: [ACTIVE], level: [DISTRICT], district: ["120114"]}, first: 20) { nodes { id revision name title street } } }')
    return mediators.nodes[i]
  }

  test('a record that somebody else changed meanwhile: mine, now and before, chosen field by field', async () => {
    const page = await stage.visit('/maintain', { as: '武清区管理员' })
    const { id, revision, title, street } = await ofWuqing(page, 3)
    await page.goto(`${stage.url}/records/${id}`)
    await stage.settled(page)
    await page.getByRole('link', { name: '修改', exact: true }).click()
    await stage.arrived(page, '修改：')
    assert.ok(await page.getByRole('button', { name: '没有改动' }).isDisabled())
    await page.getByLabel('职务或职称').fill('示例高级调解员')
    await page.getByLabel('街道（乡镇）').fill('示例我的街道')
    await page.getByLabel('原因或依据').fill('示例：岗位变动')
    await page.getByText(`原为“${title ?? '空'}”`).waitFor()
    await amend(page, id, revision, { street: '示例别人的街道', certificateBy: '示例发证机关' })
    await page.getByRole('button', { name: '保存 2 项改动' }).click()
    await page.getByRole('heading', { name: '内容已被别人改动' }).waitFor()
    await page.getByText('其间的 1 次变动').click()
    await stage.look(page, 'form-conflict')
    assert.deepEqual(
      await page.locator('.comparison-table tbody tr').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent.trim() + (cell.querySelector('input').checked ? ' ✓' : ''))).sort()),
      [
        [street ?? '（空）', '示例别人的街道', '示例我的街道'],
        [title ?? '（空）', title ?? '（空）', '示例高级调解员 ✓'],
        ...(await page.locator('.comparison-table tr').filter({ hasText: '发证机关' }).locator('td').allInnerTexts().then((cells) => [cells.map((cell, i) => cell.trim() + (i === 1 ? ' ✓' : ''))])),
      ].sort(),
      'what only one of the two changed is proposed; where both did, nothing is',
    )
    assert.ok(await page.getByRole('button', { name: '还有 1 项须选择' }).isDisabled())
    await page.reload()
    await page.getByRole('heading', { name: '内容已被别人改动' }).waitFor() // it outlives a reload too
    await page.getByRole('radio', { name: '街道（乡镇）：我填写的' }).check()
    await page.getByRole('button', { name: '采用所选，继续' }).click()
    await page.getByRole('button', { name: '保存 2 项改动' }).click()
    await page.getByText(/^已保存/).waitFor()
    const { node } = await asked(page, 'query($id: ID!) { node(id: $id) { ... on Mediator { title street certificateBy history(first: 2) { nodes { reason } } } } }', { id })
    assert.deepEqual(node, { title: '示例高级调解员', street: '示例我的街道', certificateBy: '示例发证机关', history: { nodes: [{ reason: '示例：岗位变动' }, { reason: '示例：别人的修改' }] } })
  })

  test('a move on a record that has changed meanwhile shows what changed, and goes on', async () => {
    const page = await stage.visit('/maintain', { as: '武清区管理员' })
    const { id, revision } = await ofWuqing(page, 4)
    await page.goto(`${stage.url}/maintain/moves/${id}`)
    await stage.settled(page)
    await page.getByRole('button', { name: '辞任', exact: true }).click()
    await page.getByLabel('文号', { exact: true }).fill('示例辞〔2026〕1号')
    await amend(page, id, revision, { street: '示例别人的街道' })
    await page.getByLabel('原因或依据').fill('示例：本人申请')
    await page.getByText('您填写期间，这条记录已有新的变动').waitFor()
    await page.getByText('其间的 1 次变动').click()
    await page.locator('.meanwhile').getByText('示例别人的街道').waitFor()
    await stage.look(page, 'maintain-conflict')
    await page.getByRole('button', { name: '办理辞任' }).click()
    await page.getByText(/已办理“辞任”/).waitFor()
  })

  test('a session that ends and a connection that is lost in the middle of a form lose nothing', async () => {
    const page = await stage.visit('/sign-in?to=/rosters/experts')
    const signIn = async (where) => {
      await where.getByRole('button', { name: /专家库管理员/ }).click()
    }
    await signIn(page)
    await stage.arrived(page, '名册')
    await page.getByRole('link', { name: '登记', exact: true }).click()
    await stage.arrived(page, '登记专家')
    await page.getByLabel('姓名').fill('示例新专家')
    await page.getByLabel('工作单位').fill('示例大学')
    await check(page, '从业年限', '120', '0 至 80', '12')
    await page.getByLabel('简介').fill('示例：长期研究工伤保险。')
    await page.getByLabel('公民身份号码').fill('120101198506150029')
    await page.getByLabel('原因或依据').fill('示例：推荐')

    // The connection is lost.
    await page.route('**/graphql', (route) => route.abort())
    await page.getByRole('button', { name: '登记', exact: true }).click()
    await page.locator('form').getByText('连接不上服务器。请检查网络').waitFor()
    assert.equal(await page.getByLabel('简介').inputValue(), '示例：长期研究工伤保险。')
    await stage.look(page, 'form-offline')
    await page.unroute('**/graphql')
    await page.getByLabel('备注').fill('示例')
    await page.locator('form .failure').waitFor({ state: 'detached' }) // judged again: the connection is back
    await page.locator('.connection').waitFor({ state: 'detached' })
    await stage.settled(page)
    stage.forgive(/ERR_FAILED/)

    // The session has ended: somebody signs in again over the form, and it goes on.
    await page.context().clearCookies()
    // The dialog may come before the button is pressed: what is typed is judged meanwhile.
    const sent = page.getByRole('button', { name: /^(loading )?登记$/ }).click()
    const dialog = page.getByRole('dialog', { name: '登录已过期' })
    await dialog.waitFor()
    assert.equal(await page.getByLabel('公民身份号码').inputValue(), '120101198506150029', 'the form stands behind the dialog as it was')
    await signIn(dialog)
    await sent
    await page.getByText(/^已登记/).waitFor()
    stage.forgive(/401/)
    const id = (await page.locator('.form-made').getByRole('link').first().getAttribute('href')).split('/').at(-1)
    const { node } = await asked(page, 'query($id: ID!) { node(id: $id) { ... on Expert { name employer years biography level status } } }', { id })
    assert.deepEqual(node, { name: '示例新专家', employer: '示例大学', years: 12, biography: '示例：长期研究工伤保险。', level: 'CITY', status: 'PROPOSED' })
  })

  test('a court nominates from the expert pool, lists an organisation with whom it names, and strikes it off (story 6)', async () => {
    const page = await stage.visit('/experts?q=工伤', { as: '法院工作人员' })
    const hit = page.locator('.hit').first()
    const expert = (await hit.getByRole('heading').innerText()).trim()
    await hit.getByRole('link', { name: '提名', exact: true }).click()
    await stage.arrived(page, '登记特邀名册条目')
    await page.locator('.form-from').getByText(expert).waitFor()
    assert.equal(await page.getByLabel('公民身份号码').count() + await page.getByLabel('姓名').count(), 0, 'who it is, is known')
    await page.locator('.form-field').filter({ hasText: '邀请法院' }).getByText('天津市和平区人民法院').waitFor()
    await page.getByLabel('专业名册').fill('劳动争议')
    await choose(page, '是否收费', '否')
    await choose(page, '下级法院可用', '是')
    await saidAt(page, '下级法院可用').filter({ hasText: '基层人民法院没有下级法院' }).waitFor()
    await choose(page, '下级法院可用', '否')
    await saidAt(page, '下级法院可用').waitFor({ state: 'detached' })
    await page.getByLabel('入册日期').fill(daysAgo(3))
    await choose(page, '平台认证', '是')
    await check(page, '公布网址', 'javascript:alert(1)', '不是可用的网址', 'https://court.example/list')
    await page.getByLabel('原因或依据').fill('示例：推荐')
    await stage.look(page, 'form-nominate')
    await page.getByRole('button', { name: '登记', exact: true }).click()
    await page.getByText(/^已登记/).waitFor()
    const made = async () => (await page.locator('.form-made').getByRole('link').first().getAttribute('href')).split('/').at(-1)
    const nominated = (await asked(page, 'query($id: ID!) { node(id: $id) { ... on InvitedListing { name status invitee court { code } specialistList feeCharged listedOn usableByLowerCourts platformCertified person { listings { __typename } } } } }', { id: await made() })).node
    assert.ok(nominated.person.listings.some(({ __typename }) => __typename === 'Expert'), 'it is the same person')
    delete nominated.person
    assert.deepEqual(nominated, { name: expert, status: 'PROPOSED', invitee: 'PERSON', court: { code: '津0101' }, specialistList: '劳动争议', feeCharged: false, listedOn: daysAgo(3), usableByLowerCourts: false, platformCertified: true })
    await page.goto(`${stage.url}/records/${await made()}`)
    await stage.settled(page)
    await page.getByText('平台认证').waitFor()
    assert.equal(await page.getByRole('link', { name: 'https://court.example/list' }).getAttribute('href'), 'https://court.example/list')
    await stage.look(page, 'record-invited')

    // An organisation, with two of its mediators.
    const { organizations } = await asked(page, '{ organizations(filter: {status: [ACTIVE], district: ["120101"]}, first: 20) { nodes { id name mediators(first: 50) { nodes { id name status person { listings { __typename ... on InvitedListing { court { code } } } } } } } } }')
    const free = ({ mediators }) => mediators.nodes.filter(({ status, person }) => status === 'ACTIVE' && !person.listings.some((one) => one.court?.code === '津0101'))
    const body = organizations.nodes.find((one) => free(one).length >= 2)
    const named = free(body).slice(0, 2).map(({ name }) => name)
    await page.goto(`${stage.url}/records/${body.id}`)
    await stage.settled(page)
    await page.getByRole('link', { name: '列入特邀名册' }).click()
    await stage.arrived(page, '登记特邀名册条目')
    assert.equal(await page.getByLabel('姓名或名称').inputValue(), body.name)
    for (const name of named) {
      await page.getByRole('combobox', { name: '由该组织列名的调解员' }).fill(name)
      await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden)').getByTitle(name).first().click()
    }
    await page.keyboard.press('Escape')
    await page.getByLabel('自何日起').fill(daysAgo(20))
    await page.getByLabel('原因或依据').fill('示例：机构申请')
    await stage.look(page, 'form-organisation-listed')
    await page.getByRole('button', { name: '登记', exact: true }).click()
    await page.getByText(/^已登记/).waitFor()
    const id = await made()
    const statuses = async () => (await asked(page, 'query($organization: ID!) { invitedListings(filter: {organization: $organization, court: ["津0101"]}, first: 50) { nodes { id name invitee status } } }', { organization: body.id })).invitedListings.nodes.filter((one) => one.id === id || named.includes(one.name)).map(({ name, status }) => `${name} ${status}`).sort()
    assert.deepEqual(await statuses(), [body.name, ...named].map((name) => `${name} PROPOSED`).sort())

    await page.getByRole('link', { name: '去办理公示' }).click()
    await stage.arrived(page, '办理变动')
    await page.getByRole('button', { name: '公示', exact: true }).click()
    await page.getByLabel('公示首日').fill(daysAgo(19))
    await page.getByLabel('公示末日').fill(daysAgo(10))
    await page.getByLabel('原因或依据').fill('示例：公示')
    await page.getByRole('button', { name: '办理公示' }).click()
    await page.getByText(/已办理“公示”。随之变动 2 条记录/).waitFor()
    await page.getByRole('button', { name: '聘任', exact: true }).click()
    await page.getByLabel('文号', { exact: true }).fill('示例聘〔2026〕9号')
    await page.getByRole('button', { name: '办理聘任' }).click()
    await page.getByText('聘任须写明证书编号').waitFor()
    await page.getByLabel('证书编号').fill('示例特组-9')
    await stage.look(page, 'maintain-appoint')
    await page.getByLabel('聘期起').fill(daysAgo(5))
    await page.getByLabel('聘期止').fill(daysAgo(-700))
    await page.getByLabel('原因或依据').fill('示例：聘任')
    await page.getByRole('button', { name: '办理聘任' }).click()
    await page.getByText(/已办理“聘任”。随之变动 2 条记录/).waitFor()
    assert.deepEqual(await statuses(), [body.name, ...named].map((name) => `${name} ACTIVE`).sort())

    // Whom its end takes along is shown before it is decided.
    await page.getByRole('button', { name: '除名', exact: true }).click()
    await page.getByRole('combobox', { name: '事由' }).click()
    await page.getByTitle('强迫调解').click()
    await page.getByLabel('文号', { exact: true }).fill('示例除〔2026〕1号')
    await page.getByLabel('原因或依据').fill('示例：查实')
    await page.getByText('另有 2 条记录随之变动').waitFor()
    assert.deepEqual((await page.locator('.moves-along li').allInnerTexts()).sort(), [...named].sort())
    await stage.look(page, 'maintain-takes-along')
    await page.getByRole('button', { name: '办理除名' }).click()
    await page.getByText(/已办理“除名”。随之变动 2 条记录/).waitFor()
    assert.deepEqual(await statuses(), [`${body.name} STRUCK_OFF`, ...named.map((name) => `${name} ORG_EXIT`)].sort())
  })

  test('what is typed is gone when somebody signs out; a record of others cannot be amended', async () => {
    const page = await stage.visit('/sign-in?to=/maintain/register/mediators')
    await page.getByRole('button', { name: /和平区管理员/ }).click()
    await stage.arrived(page, '登记调解员')
    await page.getByLabel('姓名').fill('示例未完')
    const other = await ofWuqing(page, 0)
    await page.goto(`${stage.url}/maintain/amend/${other.id}`)
    await page.getByText('没有权限修改这条记录').waitFor()
    await stage.look(page, 'form-not-yours')
    await page.goto(`${stage.url}/maintain/register/mediators`)
    await stage.settled(page)
    assert.equal(await page.getByLabel('姓名').inputValue(), '示例未完')
    await page.getByRole('button', { name: /示例|和平/ }).first().click()
    await page.getByText('退出登录').click()
    await page.waitForFunction(() => !Object.keys(sessionStorage).some((key) => key.startsWith('concord:draft:')))
    stage.forgive(/401/) // a question that was still on its way when the session ended
  })
}
