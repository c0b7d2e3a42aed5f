// Takes the two pictures of the README from the real binary with its demo rosters: the search of
// the expert pool and the preview of an import. Run by `make screenshots`.
import { mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startBrowser } from './test/browser.mjs'
import { startConcord } from './test/server.mjs'

const folder = fileURLToPath(new URL('../docs/pictures/', import.meta.url))
/** A README is read over slow lines too. */
const most = 250_000

const concord = await startConcord()
const browser = await startBrowser()
try {
  mkdirSync(folder, { recursive: true })
  const open = async (account, path) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(`${concord.url}/sign-in?to=${encodeURIComponent(path)}`)
    await page.getByRole('button', { name: account }).click()
    await page.waitForURL(concord.url + path)
    return page
  }
  const take = async (page, name) => {
    await page.waitForLoadState('networkidle')
    const file = `${folder}${name}.png`
    await page.screenshot({ path: file })
    const { size } = statSync(file)
    if (size > most) throw new Error(`${name}.png takes ${size} bytes, want at most ${most}`)
    console.log(`docs/pictures/${name}.png, ${size} bytes`)
  }

  const search = await open(/津南区法院名册管理员/, '/experts')
  await search.getByLabel('检索专家').fill('工伤 律师')
  await search.locator('.hit mark').first().waitFor()
  await search.getByRole('heading', { level: 1 }).click() // the completion closes
  await take(search, 'search')

  const page = await open(/津南区管理员/, '/import')
  const headings = ['编号', '姓名', '出生年月', '职务/职称', '所属区', '擅长领域', '聘期起', '聘期止', '备注']
  const { mediators } = await page.evaluate(async () => {
    const query = '{ mediators(filter: {status: [ACTIVE], level: DISTRICT, district: ["120112"]}, first: 3) { nodes { registrationNo name } } }'
    return (await (await fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query }) })).json()).data
  })
  const rows = [
    ['示例-图-0001', '赵示例', '1980-05', '调解员', '津南区', '工伤', '2026-11-01', '2029-10-31', '示例'],
    ['示例-图-0002', '钱举例', '2026-13', '调解员', '津南区', '社会保险', '2026-11-01', '2029-10-31', '示例'],
    ...mediators.nodes.map((one) => [one.registrationNo, one.name, '', '首席调解员', '津南区', '', '', '', '']),
    ['示例-图-0003', '孙样本', '1975-11', '', '不存在区', '工伤', '2026-11-01', '2029-10-31', '示例'],
    ['示例-图-0004', '李模板', '1968-02', '', '津南区', '劳务派遣', '2029-11-01', '2026-10-31', '示例'],
    ['示例-图-0005', '周参照', '1990-09', '', '津南区', '经济补偿', '2026-11-01', '2029-10-31', '示例'],
  ]
  await page.getByLabel('选择表格').setInputFiles({ name: '津南区调解员名册.csv', mimeType: 'text/csv', buffer: Buffer.from('\ufeff' + [headings, ...rows].map((row) => row.join(',')).join('\n')) })
  await page.getByRole('button', { name: '上传并比对' }).click()
  await page.getByText('待确认', { exact: true }).first().waitFor()
  await page.locator('.grid tbody tr').first().waitFor()
  await page.locator('.grid').evaluate((grid) => scrollTo({ top: grid.getBoundingClientRect().top + scrollY - 260 }))
  await take(page, 'import')
} finally {
  await browser.close()
  await concord.stop()
}
