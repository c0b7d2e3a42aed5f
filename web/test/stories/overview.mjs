// 总览: what stands on the rosters by district and over time, and story 9 of the domain.
import assert from 'node:assert/strict'
import { test } from 'node:test'

const number = (text) => Number(text.replace(/[^\d-]/g, ''))

export default (stage) => {
  const tile = (page, name) => page.locator('.tile').filter({ hasText: name })
  const valueOf = async (page, name) => number(await tile(page, name).locator('strong').innerText())
  async function colourBy(page, indicator) {
    await page.getByRole('combobox', { name: '按哪项指标着色' }).click()
    await page.locator('.ant-select-item-option').filter({ hasText: indicator }).click()
    await page.getByRole('group', { name: `各区${indicator}示意图` }).waitFor()
    await stage.settled(page)
  }
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())

  test('story 9: 政法委 opens the indicators, and the hub holds what they say', async () => {
    const page = await stage.visit('/', { as: '政法委' })
    const { statisticsReport, coverage } = await stage.ask(
      '政法委',
      `query($on: Date!) {
        statisticsReport(from: $on, to: $on) { districts { district { code shortName } fullTime mediators { expired } streets { gap withoutOwn { street } } } }
        coverage(on: $on) { districts { district { code } organizationsWithoutFullTimeCount } }
      }`,
      { on: today },
    )
    const districts = statisticsReport.districts.filter(({ district }) => district.code !== '120000')
    assert.equal(districts.length, 16)

    await colourBy(page, '应建未建的街道')
    for (const { district, streets } of districts) assert.equal(await valueOf(page, district.shortName), streets.gap, district.shortName)
    await stage.look(page, 'overview-streets')

    // Which streets: by keyboard, in the district that lacks most names.
    const worst = districts.toSorted((a, b) => b.streets.withoutOwn.length - a.streets.withoutOwn.length)[0]
    await tile(page, worst.district.shortName).focus()
    await page.keyboard.press('Enter')
    const about = page.getByRole('region', { name: new RegExp(`^${worst.district.shortName}.*的情况$`) })
    await about.getByText(`应建未建 ${worst.streets.gap} 个`).waitFor()
    if (worst.streets.withoutOwn.length > 0) await about.getByText(worst.streets.withoutOwn[0].street).waitFor()

    await colourBy(page, '专职调解员')
    for (const { district, fullTime } of districts) assert.equal(await valueOf(page, district.shortName), fullTime, district.shortName)
    assert.ok(districts.some(({ fullTime }) => fullTime > 0))

    await colourBy(page, '届满未续聘')
    for (const { district, mediators } of districts) assert.equal(await valueOf(page, district.shortName), mediators.expired, district.shortName)
    const late = districts.find(({ mediators }) => mediators.expired > 0)
    if (worst !== late) await tile(page, late.district.shortName).click()
    await stage.settled(page)
    await stage.look(page, 'overview-expired')
    await page.getByRole('link', { name: new RegExp(`${late.district.shortName}.*届满未续聘的名单`) }).click()
    await stage.arrived(page, '名册')
    await page.getByText(new RegExp(`${late.mediators.expired} (条|人|名)`)).first().waitFor()

    await page.goBack()
    await stage.arrived(page, '总览')
    await colourBy(page, '没有专职的组织')
    for (const { district, organizationsWithoutFullTimeCount } of coverage.districts) {
      const name = districts.find((one) => one.district.code === district.code)?.district.shortName
      if (name) assert.equal(await valueOf(page, name), organizationsWithoutFullTimeCount, name)
    }
  })

  test('the same as a table, and by an address that can be passed on', async () => {
    const page = await stage.visit('/?of=fullTime&as=table&district=120114&span=3')
    const row = page.locator('.districts tbody tr').filter({ hasText: '武清' })
    assert.equal(await row.getAttribute('class'), 'is-chosen')
    assert.equal(await page.locator('.districts tbody tr').count(), 17)
    assert.equal(await page.locator('.trend-picture canvas').count(), 4)
    await page.getByText('趋势：武清').waitFor()
    await page.getByText('以表格查看', { exact: true }).click()
    assert.equal(await page.locator('.trends tbody tr').count(), 13)
    await stage.look(page, 'overview-table')
    await page.getByRole('button', { name: '以示意图查看' }).click()
    await page.waitForURL((url) => !url.search.includes('as='))
    assert.equal(await page.locator('.tile').count(), 17)
    const sum = await Promise.all((await page.locator('.tile strong').all()).map(async (one) => number(await one.innerText())))
    await page.getByText(`合计 ${sum.reduce((a, b) => a + b)} 人`).waitFor()
  })

  test('a past day changes every figure, and stands in the address', async () => {
    const page = await stage.visit('/?on=2023-06-30')
    const { statisticsReport } = await stage.ask(null, '{ statisticsReport(from: "2023-06-30", to: "2023-06-30") { total { mediators { atEnd } organizations { atEnd } experts { atEnd } invitedListings { atEnd } } } }')
    const { mediators, organizations, experts, invitedListings } = statisticsReport.total
    const shown = await page.locator('.figures dd').allInnerTexts()
    assert.deepEqual(shown.map(number), [mediators, organizations, experts, invitedListings].map((one) => one.atEnd))
    await page.getByText('2023-06-30 的情况').waitFor()
  })

  test('what awaits a district administrator, with the way there', async () => {
    const page = await stage.visit('/', { account: 'demo-district' })
    const mine = page.getByRole('region', { name: '等我办理' })
    await mine.waitFor()
    await stage.look(page, 'overview-mine')
    const expiring = mine.getByRole('link', { name: /调解员聘期将在 90 天内届满/ })
    const n = number(await mine.locator('li').filter({ hasText: '调解员聘期' }).locator('strong').innerText())
    await expiring.click()
    await stage.arrived(page, '维护')
    await page.getByText(`共 ${n} 人将届满`).waitFor()
    const nobody = await stage.visit('/')
    assert.equal(await nobody.getByRole('region', { name: '等我办理' }).count(), 0)
  })

  test('the latest changes lead to their records', async () => {
    const page = await stage.visit('/')
    const latest = page.getByRole('region', { name: '最近变更' })
    assert.equal(await latest.locator('li').count(), 8)
    assert.ok((await latest.locator('time').allInnerTexts()).every((text, i, all) => i === 0 || text <= all[i - 1]), 'the newest are not first')
  })
}
