package studio.ainative.aikit.benchmarks.harness;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs peers one after another, round after round, each round from another peer on, so
 * that what the machine does meanwhile meets all of them. A peer that fails is reported,
 * ended and left out from then on.
 */
final class Rounds {

	private final Report report;

	private final int count;

	Rounds(Report report, int count) {
		this.report = report;
		this.count = count;
	}

	int count() {
		return this.count;
	}

	/**
	 * Do something with each peer.
	 * @param peers the peers; those that fail are taken out
	 * @param action what to do
	 */
	void each(List<PeerProcess> peers, Action action) {
		for (PeerProcess peer : List.copyOf(peers)) {
			attempt(peers, peer, action);
		}
	}

	/**
	 * Measure the peers and print the table.
	 * @param peers the peers; those that fail are taken out
	 * @param table takes the samples
	 * @param measurement called once for each peer and round
	 */
	void run(List<PeerProcess> peers, Table table, Measurement measurement) {
		for (int round = 0; round < this.count; round++) {
			once(round, peers, (peer) -> table.add(peer.name(), measurement.measure(peer)));
		}
		print(peers, table);
	}

	/**
	 * Measure peers each of which is started anew in each round, and print the table.
	 * @param peers the peers
	 * @param table takes the samples
	 * @param measurement starts a peer, measures and ends it
	 */
	void fresh(List<Peer> peers, Table table, FreshMeasurement measurement) {
		List<Peer> left = new ArrayList<>(peers);
		for (int round = 0; round < this.count; round++) {
			List<Peer> order = new ArrayList<>(left);
			Collections.rotate(order, -round);
			for (Peer peer : order) {
				try {
					table.add(peer.name(), measurement.measure(peer));
				}
				catch (PeerException ex) {
					this.report.failed(ex);
					left.remove(peer);
				}
			}
		}
		table.keepOnly(left.stream().map(Peer::name).toList());
		this.report.print(table);
	}

	/**
	 * Do something with each peer in the order of a round.
	 * @param round the round, from 0 on
	 * @param peers the peers; those that fail are taken out
	 * @param action what to do
	 */
	void once(int round, List<PeerProcess> peers, Action action) {
		List<PeerProcess> order = new ArrayList<>(peers);
		Collections.rotate(order, -round);
		for (PeerProcess peer : order) {
			attempt(peers, peer, action);
		}
	}

	/** Print what the peers did that have not failed. */
	void print(List<PeerProcess> peers, Table table) {
		table.keepOnly(peers.stream().map(PeerProcess::name).toList());
		this.report.print(table);
	}

	private void attempt(List<PeerProcess> peers, PeerProcess peer, Action action) {
		try {
			action.run(peer);
		}
		catch (PeerException ex) {
			this.report.failed(ex);
			peers.remove(peer);
			peer.close();
		}
	}

	/**
	 * Does something with a peer.
	 */
	interface Action {

		/**
		 * Do it.
		 * @param peer the peer
		 * @throws PeerException if the peer fails
		 */
		void run(PeerProcess peer) throws PeerException;

	}

	/**
	 * Starts a peer and measures it.
	 */
	interface FreshMeasurement {

		/**
		 * Start, measure and end it.
		 * @param peer the peer
		 * @return its sample
		 * @throws PeerException if the peer fails
		 */
		Sample measure(Peer peer) throws PeerException;

	}

	/**
	 * Measures a peer.
	 */
	interface Measurement {

		/**
		 * Measure.
		 * @param peer the peer
		 * @return its sample
		 * @throws PeerException if the peer fails
		 */
		Sample measure(PeerProcess peer) throws PeerException;

	}

}
