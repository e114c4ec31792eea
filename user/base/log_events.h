/* SPDX-License-Identifier: MIT */
/* log_events.h - the kinds of events that the journal can be searched for. */
#ifndef XDP511_LOG_EVENTS_H
#define XDP511_LOG_EVENTS_H

/* X511_EVENT= and MESSAGE_ID= of it; both are for good. */
#define LOG_EVENTS(X)                                                                              \
	X(READY, "ready", "8d3f6e43282848de9c05473add9aeabe")                                      \
	X(STOPPED, "stopped", "d942e90ac1d74ccf973c99c831c8ed97")                                  \
	X(RELOADED, "reloaded", "54f476da7175483c95830873d445eab5")                                \
	X(RELOAD_REFUSED, "reload-refused", "0d5dcac66ea64407858fa2e6dc5ec415")                    \
	X(GATE_TROUBLE, "gate-trouble", "32343c79bf324d4bb0bbab6e0b6ef711")                        \
	X(GATE_BACK, "gate-back", "ef83c47989c44204a4c9e91f8a68e3d2")                              \
	X(WORKER_ENDED, "worker-ended", "f46846eac8a64345a28aad69a3c67bb6")                        \
	X(WORKER_HUNG, "worker-hung", "9201abce126d48b8becafc4733d6b824")                          \
	X(STATE_TROUBLE, "state-trouble", "efbdaa51dd2f497389f69fe027b13ad9")                      \
	X(STATE_BACK, "state-back", "07d1d799ed784b15a4636dffd3fdf91b")                            \
	X(SIGN_IN, "sign-in", "377ebbb9f27143b0913973a524d562e9")                                  \
	X(SIGN_OUT, "sign-out", "3307933cf33446cea98eec95a5347630")                                \
	X(TABLE_FULL, "table-full", "ffe77af6733f4579b02617893dfe0c27")                            \
	X(SPOOF_SUSPECTED, "spoof-suspected", "fc55bcb0f426477a84ee60993f68b2dd")                  \
	X(RADIUS_SILENT, "radius-silent", "b401ec15bd274a75b1135ed153215446")                      \
	X(RADIUS_BACK, "radius-back", "93bf37c9a164475a820d373558dbf6d7")                          \
	X(DAEMON_SILENT, "daemon-silent", "e6d93cf1edaa4e358ceca78024406475")                      \
	X(DAEMON_BACK, "daemon-back", "6a4b1dea4b5e47ce9964f81835c730b9")

enum log_kind {
	LOG_KIND_NONE, /* none that anybody would search for */
#define X(name, word, id) LOG_KIND_##name,
	LOG_EVENTS(X)
#undef X
};

#endif /* XDP511_LOG_EVENTS_H */
