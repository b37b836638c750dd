/** Why nothing was decided when Slack could not be asked `what`: the words for whoever pressed the button. */
export function refuseUnknown(what: string): string {
  return `Slack could not be asked ${what} just now, so nothing was changed. Try again in a moment.`;
}
