import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../support/chromium.ts';
import { useCrewline } from '../support/use-crewline.ts';

const BROWSER_ARGUMENTS = ['--no-sandbox', '--disable-quic', '--disable-background-networking'];
const WAIT_MS = 15_000;
const REPORT = '5th & Main, deep hole in the bus lane';
/** Which of the demo's road crews gets the job depends on the time of day. */
const CREWS = [
  { name: 'Crew North', channel: 'crew-north', lead: 'Luis Santos' },
  { name: 'Crew South', channel: 'crew-south', lead: 'Nora Kelly' },
  { name: 'Night Crew', channel: 'crew-night', lead: 'Sami Haddad' },
];

/** A person at the local Slack's page. */
class Person {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Chooses whom to be, and the channel to be in. */
  async actAs(name: string, channel: string): Promise<void> {
    await this.page.getByLabel('Act as').selectOption({ label: name });
    await this.page.locator('.sidebar-item').filter({ hasText: channel }).click();
    await this.page.locator('.channel-title').filter({ hasText: channel }).waitFor();
  }

  async type(text: string): Promise<void> {
    await this.page.locator('.main .composer-input').fill(text);
    await this.page.getByRole('button', { name: 'Send' }).click();
  }

  /** The post in the open channel that says all of this. */
  post(...words: string[]): Locator {
    return words.reduce(
      (posts, hasText) => posts.filter({ hasText }),
      this.page.locator('.main .messages .msg'),
    );
  }

  press(post: Locator, button: string): Promise<void> {
    return post.getByRole('button', { name: button, exact: true }).click();
  }

  /** Fills the inputs under these labels, submits, and waits until the modal is gone. */
  async submit(button: string, values: Record<string, string>): Promise<void> {
    const modal = this.page.locator('.modal');
    for (const [label, value] of Object.entries(values)) {
      await modal.locator('.bk-input').filter({ hasText: label }).locator('input, textarea').fill(value);
    }
    await modal.getByRole('button', { name: button }).click();
    await modal.waitFor({ state: 'detached' });
  }

  /** Opens the thread of a post; its words once the replies are there. */
  async readThread(post: Locator): Promise<Locator> {
    await post.locator('.thread-summary').click();
    return this.page.locator('.thread-pane');
  }
}

describe('the pothole repair in a browser', () => {
  const crewline = useCrewline();
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: findChromium(), args: BROWSER_ARGUMENTS });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(WAIT_MS);
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(crewline.slack.url);
  });
  afterAll(() => browser?.close());

  it('is asked for, approved, begun and done by pressing what is on the page', async () => {
    const person = new Person(page);
    await person.actAs('Maya Rivera', 'requests');
    await person.type(`/repair ${REPORT}`);
    await person.post(REPORT, 'Approve the repair (step 2 of 4)').waitFor();

    await person.actAs('Ada Okafor', 'supervisors');
    const request = person.post(REPORT);
    await request.filter({ hasText: '6.5 of 10, high' }).waitFor();
    await person.press(request, 'Approve');
    await request.filter({ hasText: 'Approved by @Ada Okafor' }).waitFor();
    expect(await request.getByRole('button', { name: 'Approve' }).count()).toBe(0);

    await person.actAs('Ada Okafor', 'requests');
    const given = (await person.post(REPORT, 'to do the job').textContent()) ?? '';
    const crew = CREWS.find(({ name }) => given.includes(`${name} to do the job`));
    if (!crew) throw new Error(`no crew of the demo in:\n${given}`);
    await person.actAs(crew.lead, crew.channel);
    const job = person.post(REPORT);
    await person.press(job, 'Start');
    await job.filter({ hasText: 'Under way' }).waitFor();
    await person.press(job, 'Done');
    await person.submit('Report done', { 'Actual cost': '1,050.50', Note: 'Filled and rolled' });
    await job.getByRole('button', { name: 'Done', exact: true }).waitFor({ state: 'detached' });

    await person.actAs('Maya Rivera', 'requests');
    const result = person.post(REPORT, 'Completed', '$1,050.50 spent');
    await result.waitFor();
    const thread = await person.readThread(result);
    await thread.getByText('Filled and rolled').waitFor();
    expect(faults).toEqual([]);
  });
});
