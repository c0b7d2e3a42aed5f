// The pages as people see them, in a real browser before a real server with the demo rosters.
// Each file of stories/ is about one area.
import { readdirSync } from 'node:fs'
import { after, afterEach, before, suite } from 'node:test'
import { noBrowser } from './browser.mjs'
import { Stage } from './stage.mjs'

const stories = []
for (const name of readdirSync(new URL('stories/', import.meta.url)).sort()) stories.push((await import(`./stories/${name}`)).default)

suite('pages', { skip: noBrowser }, () => {
  const stage = new Stage()
  before(() => stage.open())
  after(() => stage.close())
  afterEach(() => stage.clear())
  for (const story of stories) story(stage)
})
