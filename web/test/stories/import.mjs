// A sheet on its way into a roster (domain.md §5, story 1), and what can go wrong with it.
import assert from 'node:assert/strict'
import { test } from 'node:test'

const headings = ['编号', '姓名', '出生年月', '手机号码', '职务/职称', '所属区', '擅长领域', '聘期起', '聘期止', '备注']
const surnames = '赵钱孙李周吴郑王冯陈褚卫'
const givens = '示范举例拟设样本参照模板虚构假托演练测试说明备考空白暂用'

/** Mediators who are on no roster: [编号, 姓名, …]. */
const newcomers = (prefix, n) => Array.from({ length: n }, (_, i) => [`${prefix}${String(i).padStart(4, '0')}`, surnames[i % 12] + givens[Math.floor(i / 12)] + '例', '1980-05', '', '仲裁员', '津南区', '工伤', '2026-11-01', '2029-10-31', '示例'])

const csv = (name, rows) => ({ name, mimeType: 'text/csv', buffer: Buffer.from('\ufeff' + [headings, ...rows].map((row) => row.join(',')).join('\n')) })

export default (stage) => {
  const upload = async (page, file) => {
    await page.getByLabel('选择表格').setInputFiles(file)
    await page.getByRole('button', { name: '上传并比对' }).click()
    await page.waitForURL(/\/import\/job_/)
    await page.getByText('待确认', { exact: true }).first().waitFor()
    await stage.settled(page)
  }
  const counts = (page) => page.getByRole('group', { name: '按结果筛选' }).getByRole('button').evaluateAll((all) => all.map((one) => one.innerText.replace(/\s+/g, ' ')))

  test('a roster is compared row by row, confirmed, written and reported', async () => {
    const page = await stage.visit('/import', { as: '人社管理员' })
    await stage.look(page, 'import')
    const listed = await page.evaluate(async () => {
      const query = '{ mediators(filter: {status: [ACTIVE], level: DISTRICT, district: ["120112"]}, first: 20) { nodes { registrationNo name phone district { name } } } }'
      const answer = await fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) })
      return (await answer.json()).data.mediators.nodes
    })
    const change = (one) => [one.registrationNo, one.name, '', '', '首席调解员', one.district.name, '', '', '', '']
    const [twin] = listed
    const rows = [
      ...newcomers('示例-导-', 30),
      ...listed.slice(0, 4).map(change),
      ['示例-导-9001', '吴例误', '2026-13', '', '', '津南区', '', '', '', ''],
      ['示例-导-9002', '郑例误', '', '', '', '不存在区', '', '', '', ''],
      ['示例-导-9003', '王例误', '', '', '', '津南区', '', '2026-05-01', '2025-05-01', ''],
      ['示例-导-9004', twin.name, '', twin.phone, '', twin.district.name, '', '', '', ''],
    ]
    await upload(page, csv('津南区调解员名册.csv', rows))
    assert.deepEqual(await counts(page), ['全部 38', '新增 30', '变更 4', '相同 0', '拒绝 3', '疑似重复 1'])
    await page.getByRole('button', { name: /^变更/ }).click()
    await page.locator('td.is-changed ins', { hasText: '首席调解员' }).first().waitFor()
    await page.getByRole('button', { name: /^拒绝/ }).click()
    await page.waitForFunction(() => document.querySelectorAll('.grid tbody tr').length === 3)
    const wrong = await page.locator('td.is-wrong').evaluateAll((cells) => cells.map((cell) => [cell.dataset.title, cell.querySelector('p').textContent]))
    assert.ok(wrong.some(([heading]) => heading === '出生年月') && wrong.some(([heading]) => heading === '所属区'), `reasons stand at their cells: ${wrong}`)
    for (const [, said] of wrong) assert.match(said, /[\u4e00-\u9fff].*。$/)
    await stage.look(page, 'import-preview')
    assert.match(page.url(), /outcome=REFUSED/, 'a filter is in the address')
    await page.reload()
    await stage.settled(page)
    assert.equal(await page.locator('.grid tbody tr').count(), 3)

    // Nothing is saved until it is confirmed.
    const known = () => page.evaluate(async () => {
      const answer = await fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query: '{ mediator(by: {registrationNo: "示例-导-0000"}) { name } }' }) })
      return (await answer.json()).data.mediator?.name
    })
    assert.equal(await known(), undefined)
    const confirm = page.getByRole('button', { name: '确认导入 34 行' })
    assert.ok(await confirm.isDisabled(), 'a reason is asked for')
    await page.getByLabel(/导入的依据/).fill('示例发〔2026〕15号')
    await confirm.click()
    await page.getByText('已完成', { exact: true }).waitFor()
    await page.getByText('34 / 34').waitFor()
    assert.equal(await known(), '赵示例')
    await stage.look(page, 'import-done')
    const report = await page.request.get(stage.url + (await page.getByRole('link', { name: '下载报告（.xlsx）' }).getAttribute('href')))
    assert.equal((await report.body()).subarray(0, 2).toString(), 'PK', 'the report is a workbook')
    await page.getByRole('link', { name: '全部导入' }).click()
    await page.getByRole('link', { name: '津南区调解员名册.csv' }).waitFor()
    await stage.look(page, 'import-jobs')
  })

  test('a plan that the roster has left behind is shown anew and not written', async () => {
    const page = await stage.visit('/import', { as: '人社管理员' })
    await upload(page, csv('先上传.csv', newcomers('示例-旧-', 2)))
    const other = await stage.visit('/import', { as: '人社管理员' })
    await upload(other, csv('先确认.csv', newcomers('示例-旧-', 2).map(([no, ...more]) => [no, ...more])))
    await other.getByLabel(/导入的依据/).fill('示例发〔2026〕16号')
    await other.getByRole('button', { name: '确认导入 2 行' }).click()
    await other.getByText('已完成', { exact: true }).waitFor()
    await page.getByLabel(/导入的依据/).fill('示例发〔2026〕17号')
    await page.getByRole('button', { name: '确认导入 2 行' }).click()
    await page.getByText('计划已经重做').waitFor()
    await page.getByText('没有要写入的行').waitFor()
    assert.deepEqual((await counts(page)).slice(0, 4), ['全部 2', '新增 0', '变更 0', '相同 2'])
    await stage.look(page, 'import-stale')
    await page.getByRole('button', { name: '取消导入' }).click()
    await page.getByRole('tooltip').getByRole('button', { name: '取消导入' }).click()
    await page.getByText('已取消', { exact: true }).waitFor()
  })

  test('the wrong sheet, and no sheet at all: refused in words, the choice is kept', async () => {
    const page = await stage.visit('/import', { as: '人社管理员' })
    await page.getByLabel('选择表格').setInputFiles({ name: '照片.png', mimeType: 'image/png', buffer: Buffer.from('x') })
    await page.getByText('不是可以导入的表格').waitFor()
    assert.ok(await page.getByRole('button', { name: '上传并比对' }).isDisabled())
    await page.getByText('专家', { exact: true }).click()
    await page.getByLabel('选择表格').setInputFiles({ name: '食堂菜单.csv', mimeType: 'text/csv', buffer: Buffer.from('菜名,价格\n白菜,3\n') })
    await page.getByRole('button', { name: '上传并比对' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByText('食堂菜单.csv').first().waitFor()
    stage.forgive(/422/)
    await stage.look(page, 'import-wrong')
  })
}
