import { describe } from 'vitest';
import { describeClaiming } from './contract-claiming.ts';
import { describeClock } from './contract-clock.ts';
import { describeConversations } from './contract-conversations.ts';
import { describeCorrelation } from './contract-correlation.ts';
import { describeIntake } from './contract-intake.ts';
import { describeJoining } from './contract-joining.ts';
import { describeMerging } from './contract-merging.ts';
import { describeOutbox } from './contract-outbox.ts';
import { describeReading } from './contract-reading.ts';
import { describeSearching } from './contract-searching.ts';
import { describeSpending } from './contract-spending.ts';
import { describeSplitting } from './contract-splitting.ts';
import { describeTransactions } from './contract-transactions.ts';
import { describeUpkeep } from './contract-upkeep.ts';
import type { StoreUnderTest } from './fixtures.ts';

/** What every Store does, whatever it is made of. `open` gives an empty, migrated store each time. For tests only. */
export function describeStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name}: the store contract`, () => {
    describeIntake(open);
    describeTransactions(open);
    describeCorrelation(open);
    describeMerging(open);
    describeSplitting(open);
    describeJoining(open);
    describeClaiming(open);
    describeClock(open);
    describeConversations(open);
    describeOutbox(open);
    describeReading(open);
    describeSearching(open);
    describeSpending(open);
    describeUpkeep(open);
  });
}
