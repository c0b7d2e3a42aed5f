// Court staff look for an expert: story 4 of the domain.
import assert from 'node:assert/strict'
import { test } from 'node:test'

export default (stage) => {
  const total = async (page) => Number(await page.getByRole('status').locator('strong').innerText())
  async function search(page, words) {
    await page.getByRole('combobox', { name: '检索专家' }).fill(words)
    await page.waitForURL((url) => url.searchParams.get('q') === words)
    await stage.settled(page)
  }

  test('everyday words find experts: marked, with what is left of the term and why they match', async () => {
    const page = await stage.visit('/experts')
    const all = await total(page)
    await search(page, '讨薪 律师')
    const found = await total(page)
    assert.ok(found > 0 && found < all, `${found} of ${all}`)
    const first = page.locator('.hit').first()
    assert.ok((await first.locator('mark').allInnerTexts()).includes('律师'))
    assert.match(await first.locator('.chip').innerText(), /在册\s*(余|长期)/)
    assert.match(await first.locator('.hit-why').innerText(), /符合之处：.*人员来源/)
    await stage.look(page, 'experts')
  })

  test('completion knows pinyin initials, by keyboard', async () => {
    const page = await stage.visit('/experts')
    const box = page.getByRole('combobox', { name: '检索专家' })
    await box.pressSequentially('gsbx')
    await page.locator('.suggestion').filter({ hasText: '工伤保险' }).first().waitFor()
    await box.press('ArrowDown')
    await box.press('Enter')
    await page.waitForURL((url) => url.searchParams.get('q') === '工伤保险')
    await stage.settled(page)
    assert.equal(await page.locator('.hit').first().locator('.tags mark').first().innerText(), '工伤保险')
  })

  test('facets narrow, count, and add up; the address holds all of it', async () => {
    const page = await stage.visit('/experts')
    const facet = page.getByRole('group', { name: '层级' })
    const [city, district] = await facet.locator('.facet-count').allInnerTexts()
    assert.equal(Number(city) + Number(district), await total(page))
    await facet.getByRole('checkbox', { name: '市级' }).check()
    await page.waitForURL(/level=CITY/)
    await stage.settled(page)
    const cities = await total(page)
    assert.equal(await facet.locator('.facet-count').count(), 2, 'the other level cannot be added any more')
    await page.reload()
    await stage.settled(page)
    assert.equal(await total(page), cities)
    assert.equal(await facet.getByRole('checkbox', { name: '市级' }).isChecked(), true)
    await page.goBack()
    await page.waitForURL((url) => !url.search.includes('level'))
  })

  test('a past day: who was in the pool then', async () => {
    const page = await stage.visit('/experts?on=2025-03-18')
    await page.getByText('按 2025-03-18 计').waitFor()
    for (const chip of await page.locator('.hit .chip').allInnerTexts()) assert.match(chip, /在册/)
    await stage.look(page, 'experts-past')
  })

  test('nothing found says what to do', async () => {
    const page = await stage.visit('/experts?q=zzzzqq')
    await page.getByText('没有符合条件的专家').waitFor()
    await stage.look(page, 'experts-none')
  })

  test('up to four are compared, and go onto a sheet with its day and revision', async () => {
    const page = await stage.visit('/experts?q=工伤')
    const boxes = page.getByRole('checkbox', { name: /选入对比/ })
    for (let i = 0; i < 4; i++) await boxes.nth(i).check()
    assert.equal(await boxes.nth(4).isDisabled(), true)
    await page.getByRole('button', { name: '对比' }).click()
    await stage.arrived(page, '专家对比')
    assert.equal(await page.locator('.compare thead th').count(), 4)
    await stage.look(page, 'experts-compare')
    await page.goto(page.url().replace('compare', 'recommendation') + '&on=2026-10-01')
    await stage.settled(page)
    assert.equal(await page.locator('.sheet-experts > li').count(), 4)
    assert.match(await page.locator('.sheet footer').innerText(), /截至 2026-10-01，依据调解资源共享中心修订 \d+/)
    await page.getByLabel('案号或事由').fill('（2026）津0101民初示例号')
    await page.reload()
    await stage.settled(page)
    assert.equal(await page.getByLabel('案号或事由').inputValue(), '（2026）津0101民初示例号', 'what was typed is gone')
    await stage.look(page, 'experts-recommendation')
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.locator('.side').isVisible(), false, 'the navigation would be printed')
  })
}
