package studio.ainative.aikit.log.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What has to be done to an answer in one step. All take {@link AnswerKeys#all()}, except
 * for the two of start keys, and may run twice without harm: a reply that was lost is
 * asked for again.
 */
enum Script {

	/**
	 * Begin an answer: node, lease and time to live in ms, nonce of the writer, facts. 0
	 * if the id is in use.
	 */
	OPEN("""
			local taken = redis.call('HGET', KEYS[1], 'writer')
			if taken == ARGV[4] then return 1 end
			if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return 0 end
			redis.call('HSET', KEYS[1], 'node', ARGV[1], 'writer', ARGV[4], unpack(ARGV, 5))
			redis.call('XADD', KEYS[2], '0-1', 'd', '')
			redis.call('XDEL', KEYS[2], '0-1')
			redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
			redis.call('PEXPIRE', KEYS[1], ARGV[3])
			redis.call('PEXPIRE', KEYS[2], ARGV[3])
			return 1
			"""),

	/**
	 * Give back what Redis has lost of a log: as OPEN, then the last id that was kept,
	 * how many events can't be given back, the number of facts, the facts, and ids and
	 * bytes of entries. 0 if it was deleted.
	 */
	REOPEN("""
			if redis.call('HEXISTS', KEYS[1], 'deleted') == 1 then return 0 end
			local facts = tonumber(ARGV[7])
			redis.call('HSET', KEYS[1], 'node', ARGV[1], 'writer', ARGV[4], unpack(ARGV, 8, 7 + facts))
			local at = '0-0'
			if redis.call('EXISTS', KEYS[2]) == 1 then
				at = last(KEYS[2])
				if at == END then return 1 end
			else
				redis.call('XADD', KEYS[2], '0-1', 'd', '')
				redis.call('XDEL', KEYS[2], '0-1')
				if ARGV[6] ~= '0' then redis.call('HSET', KEYS[1], 'lost', ARGV[6]) end
			end
			for i = 8 + facts, #ARGV, 2 do
				if number(ARGV[i]) > number(at) then redis.call('XADD', KEYS[2], ARGV[i], 'd', ARGV[i + 1]) end
			end
			if number(last(KEYS[2])) < number(ARGV[5]) then
				redis.call('XADD', KEYS[2], ARGV[5], 'd', '')
				redis.call('XDEL', KEYS[2], ARGV[5])
			end
			redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
			redis.call('PEXPIRE', KEYS[1], ARGV[3])
			redis.call('PEXPIRE', KEYS[2], ARGV[3])
			return 1
			"""),

	/**
	 * Say that the producer lives: node, lease and time to live in ms. 0 if all is well,
	 * 1 if a stop is asked for, 2 if the log is lost, 3 if it was deleted, 4 if it has
	 * ended.
	 */
	RENEW("""
			if redis.call('HEXISTS', KEYS[1], 'deleted') == 1 then return 3 end
			if redis.call('EXISTS', KEYS[1], KEYS[2]) < 2 then return 2 end
			if last(KEYS[2]) == END then return 4 end
			if redis.call('PEXPIRE', KEYS[3], ARGV[2]) == 0 then
				redis.pcall('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
			end
			redis.call('PEXPIRE', KEYS[1], ARGV[3])
			redis.call('PEXPIRE', KEYS[2], ARGV[3])
			return redis.call('HEXISTS', KEYS[1], 'stop')
			"""),

	/** Let an answer that has ended be kept for some ms more. 0 if some of it is lost. */
	RETAIN("""
			if redis.call('EXISTS', KEYS[1], KEYS[2]) < 2 then return 0 end
			redis.call('PEXPIRE', KEYS[1], ARGV[1])
			redis.call('PEXPIRE', KEYS[2], ARGV[1])
			redis.call('DEL', KEYS[3])
			return 1
			"""),

	/**
	 * Look after an answer as a reader: the id of the last entry, node, whether the
	 * producer lives. Nothing if it is lost, one element if it was deleted.
	 */
	LOOK("""
			local facts = redis.call('HMGET', KEYS[1], 'deleted', 'node')
			if facts[1] then return {1} end
			if redis.call('EXISTS', KEYS[1], KEYS[2]) < 2 then return {} end
			local id = last(KEYS[2])
			if id ~= END then redis.pcall('HSET', KEYS[1], 'read', now()) end
			return {id, facts[2], redis.call('EXISTS', KEYS[3])}
			"""),

	/**
	 * End an answer whose producer is gone: id of the last entry, bytes of the new one,
	 * node if it is that which gives up. 0 if the producer lives, or has ended it.
	 */
	LOSE("""
			local lease = redis.call('GET', KEYS[3])
			if lease and lease ~= ARGV[3] then return 0 end
			if redis.call('EXISTS', KEYS[2]) == 0 or last(KEYS[2]) ~= ARGV[1] then return 0 end
			redis.call('XADD', KEYS[2], END, 'd', ARGV[2])
			local retain = redis.call('HGET', KEYS[1], 'retain') or 60000
			redis.call('PEXPIRE', KEYS[1], retain)
			redis.call('PEXPIRE', KEYS[2], retain)
			redis.call('DEL', KEYS[3])
			return 1
			"""),

	/**
	 * How an answer stands: owner, start, ms since it was read, last entry's id, the end,
	 * how many events at the beginning are lost, note.
	 */
	STATUS("""
			local facts = redis.call('HMGET', KEYS[1], 'owner', 'started', 'read', 'deleted', 'lost', 'note')
			if facts[4] or redis.call('EXISTS', KEYS[1], KEYS[2]) < 2 then return {} end
			if facts[3] and not tonumber(facts[3]) then return redis.error_reply('WRONGTYPE No time') end
			local read = facts[3] and tostring(now() - facts[3])
			local id = last(KEYS[2])
			local ending = id == END and redis.call('XRANGE', KEYS[2], END, END)[1][2][2]
			return {facts[1], facts[2], read, id, ending, facts[5], facts[6]}
			"""),

	/** Keep the wish that an answer stops: its node, if it runs. */
	STOP("""
			if redis.call('HEXISTS', KEYS[1], 'deleted') == 1 then return false end
			if redis.call('EXISTS', KEYS[1], KEYS[2]) < 2 or last(KEYS[2]) == END then return false end
			redis.pcall('HSET', KEYS[1], 'stop', '1')
			return redis.call('HGET', KEYS[1], 'node')
			"""),

	/**
	 * Forget an answer, and know for some ms that it is no loss: its node, start key and
	 * what that holds.
	 */
	DELETE("""
			local facts = redis.call('HMGET', KEYS[1], 'node', 'start', 'started', 'deleted', 'claim')
			if facts[4] or redis.call('DEL', KEYS[1], KEYS[2], KEYS[3]) == 0 then return {} end
			redis.pcall('HSET', KEYS[1], 'deleted', '1')
			redis.call('PEXPIRE', KEYS[1], ARGV[1])
			return {facts[1], facts[2], facts[5]}
			"""),

	/**
	 * Take a start key: what it held, what it is to hold, ms. Who holds it, if another.
	 * What is no string is nobody's.
	 */
	CLAIM("""
			local held = redis.pcall('GET', KEYS[1])
			if type(held) == 'string' and held ~= ARGV[1] and held ~= ARGV[2] then return held end
			redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
			return false
			"""),

	/** Let go of a start key. */
	RELEASE("""
			if redis.pcall('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
			return 1
			""");

	private static final String COMMON = "local END = '" + EntryId.END + "'" + """

			local function last(log)
				local info = redis.call('XINFO', 'STREAM', log)
				for i = 1, #info, 2 do
					if info[i] == 'last-generated-id' then return info[i + 1] end
				end
			end
			local function number(id)
				return tonumber(string.match(id, '^%d+'))
			end
			local function now()
				local time = redis.call('TIME')
				return time[1] * 1000 + math.floor(time[2] / 1000)
			end
			""";

	private final String text;

	private final String digest;

	Script(String body) {
		this.text = COMMON + body;
		try {
			byte[] hash = MessageDigest.getInstance("SHA-1").digest(this.text.getBytes(StandardCharsets.UTF_8));
			this.digest = HexFormat.of().formatHex(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** In Lua. */
	String text() {
		return this.text;
	}

	/** What Redis knows it by once it has run it. */
	String digest() {
		return this.digest;
	}

}
