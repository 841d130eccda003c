// `npm run shots`: a picture of every page, wide and narrow, light and dark, in target/shots. For eyes, not a test.
import config from "../playwright.config.ts";

export default { ...config, testDir: ".", testMatch: "shots.ts", outputDir: "../test-results/shots" };
