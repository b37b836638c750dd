import { FACTS, judgeFacts, precision, recall, type Score } from './severity/judge-facts.ts';
import { type LabelledReport, readHeldOutReports, readReports } from './severity/labelled-reports.ts';

/** Precision and recall of every fact that the severity agent reads. `--mistakes` lists those of the first table. */
async function main(): Promise<void> {
  const judged = await judgeFacts(readReports());
  show('Made with', readReports(), judged.scores);
  const heldOut = await judgeFacts(readHeldOutReports());
  show('Held out', readHeldOutReports(), heldOut.scores);
  if (!process.argv.includes('--mistakes')) return;
  for (const { text, fact, wrong, missed } of judged.mistakes) {
    console.log(`${fact}: wrong [${wrong}] missed [${missed}] in: ${text}`);
  }
}

function show(title: string, reports: readonly LabelledReport[], scores: Record<string, Score>): void {
  console.log(`\n${title} (${reports.length} reports)\n`);
  console.log('| fact | labelled | found right | wrong | missed | precision | recall |');
  console.log('| -- | -- | -- | -- | -- | -- | -- |');
  for (const fact of FACTS) {
    const score = scores[fact];
    if (!score) continue;
    const { right, wrong, missed } = score;
    const [found, there] = [precision(score), recall(score)].map(
      (share) => `${Math.round(share * 1_000) / 10} %`,
    );
    console.log(`| ${fact} | ${right + missed} | ${right} | ${wrong} | ${missed} | ${found} | ${there} |`);
  }
}

await main();
