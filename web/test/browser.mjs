// The browser of the tests: the Chromium that the system has.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const program = places.find((place) => place && existsSync(place))

/** Why browser tests cannot run here, or false. In CI they must: then it throws. */
export const noBrowser = !program && 'no Chromium: browser tests were skipped (apt-get install chromium, or set CHROMIUM)'
if (noBrowser && process.env.CI === 'true') throw new Error(noBrowser)

export const startBrowser = () => chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
