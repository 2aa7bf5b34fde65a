import { startClock } from './clock.js';
import { startCopying } from './copy.js';
import { startInbox } from './inbox.js';
import { startFollowing } from './live.js';
import { startQuestions } from './questions.js';

/** What JavaScript adds to pages that are complete without it. */
startCopying();
startClock();
if (document.body.dataset['page'] === 'inbox') startInbox();
else {
  startFollowing();
  startQuestions();
}
