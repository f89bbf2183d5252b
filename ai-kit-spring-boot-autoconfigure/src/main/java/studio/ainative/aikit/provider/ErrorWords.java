package studio.ainative.aikit.provider;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.provider.ProviderError.Kind;

/**
 * What providers' words for errors mean. They are compared without regard to case and
 * separators, and without {@code error} or {@code exception} at their end; where the
 * whole is not known, what stands before its first full stop counts
 * ({@code Throttling.RateQuota}).
 */
final class ErrorWords {

	/**
	 * Besides OpenAI's and Anthropic's: Moonshot ({@code exceeded_current_quota_error}),
	 * MiniMax, DeepSeek and Venice ({@code insufficient_balance}), Together
	 * ({@code credit_limit}), Alibaba ({@code Arrearage}), Volcengine
	 * ({@code AccountOverdueError}, {@code SetLimitExceeded}), Zhipu (numbers: arrears,
	 * the day's, the plan's and the week's limit), SiliconFlow (30001), LiteLLM
	 * ({@code budget_exceeded}), New API ({@code insufficient_user_quota}).
	 */
	private static final Set<String> BILLING = Set.of("insufficientquota", "enforcedspendlimitreached", "billing",
			"billinghardlimitreached", "billingnotactive", "quotaexceeded", "exceededcurrentquota", "402",
			"paymentrequired", "insufficientbalance", "insufficientcredit", "insufficientcredits", "insufficientfunds",
			"creditlimit", "outofcredits", "usagelimitreached", "arrearage", "allocationquotafreetieronly",
			"accountoverdue", "setlimitexceeded", "1113", "1304", "1308", "1309", "1310", "30001", "budgetexceeded",
			"insufficientuserquota", "preconsumetokenquotafailed");

	private static final Set<String> RATE_LIMIT = Set.of("ratelimit", "ratelimitexceeded", "ratelimitreached", "tokens",
			"requests", "toomanyrequests", "resourceexhausted", "requestlimitexceeded", "throttling", "throttled",
			"1302", "1303", "429");

	private static final Set<String> OVERLOADED = Set.of("overloaded", "engineoverloaded", "serveroverloaded",
			"modeloverloaded", "serviceunavailable", "modelserviceunavailable", "unavailable",
			"insufficientsystemresource", "servershutdown", "1305", "1312", "503", "529");

	private static final Set<String> SERVER = Set.of("api", "server", "internal", "internalserver", "internalservice",
			"internalfailure", "interrupted", "badgateway", "500", "502",
			// Finish reasons of Zhipu, vLLM, Gemini, Bedrock
			"network", "abort", "aborted", "malformedfunctioncall", "malformedresponse", "malformedmodeloutput",
			"malformedtooluse");

	private static final Set<String> TIMEOUT = Set.of("timeout", "timedout", "timelimit", "requesttimeout",
			"gatewaytimeout", "deadlineexceeded", "vectorstoretimeout", "408", "504");

	private static final Set<String> AUTHENTICATION = Set.of("authentication", "permission", "unauthenticated",
			"unauthorized", "permissiondenied", "accessdenied", "forbidden", "invalidapikey", "invalidauthentication",
			"401", "403");

	private static final Map<Kind, Set<String>> WORDS = Map.of(Kind.BILLING, BILLING, Kind.RATE_LIMIT, RATE_LIMIT,
			Kind.OVERLOADED, OVERLOADED, Kind.SERVER, SERVER, Kind.TIMEOUT, TIMEOUT, Kind.AUTHENTICATION,
			AUTHENTICATION);

	/**
	 * How providers say that nothing is left where their code is that of a rate limit or
	 * of a failure: MiniMax ("insufficient balance (1008)", under 500), xAI ("used all
	 * available credits or reached its monthly spending limit", under 429), Anthropic
	 * ("Your credit balance is too low", under 400), Zhipu in Chinese.
	 */
	private static final Pattern SPENT = Pattern
		.compile("\\b(?:insufficient|not enough|out of|no|any) (?:account )?(?:balance|credits?|funds?)\\b"
				+ "|\\b(?:balance|credits?|funds?)\\b[\\w ]{0,20}\\b(?:insufficient|too low|not enough|exhausted|used up)"
				+ "|\\b(?:used all available|requires? more) credits\\b"
				+ "|\\b(?:exceeded|reached)\\b[\\w ]{0,20} (?:current quota|monthly quota|included credits|spend(?:ing)? limit)"
				+ "|\\b(?:account|payment|subscription)\\b[\\w ]{0,20} (?:overdue|past due|in arrears)\\b"
				+ "|\\u4f59\\u989d\\u4e0d\\u8db3|\\u6b20\\u8d39", Pattern.CASE_INSENSITIVE);

	private ErrorWords() {
	}

	static Kind kindOf(@Nullable String word) {
		if (word == null) {
			return Kind.OTHER;
		}
		Kind kind = kindOfFolded(fold(word));
		int stop = word.indexOf('.');
		return (kind == Kind.OTHER && stop > 0) ? kindOfFolded(fold(word.substring(0, stop))) : kind;
	}

	private static Kind kindOfFolded(String word) {
		for (Map.Entry<Kind, Set<String>> words : WORDS.entrySet()) {
			if (words.getValue().contains(word)) {
				return words.getKey();
			}
		}
		return Kind.OTHER;
	}

	private static String fold(String word) {
		StringBuilder folded = new StringBuilder(word.length());
		for (char character : word.toLowerCase(Locale.ROOT).toCharArray()) {
			if (Character.isLetterOrDigit(character)) {
				folded.append(character);
			}
		}
		for (String end : new String[] { "error", "exception" }) {
			int length = folded.length() - end.length();
			if (length > 0 && folded.indexOf(end, length) == length) {
				folded.setLength(length);
			}
		}
		return folded.toString();
	}

	/**
	 * Whether a sentence says that an account has nothing left to pay with.
	 */
	static boolean saysSpent(@Nullable String message) {
		return message != null && SPENT.matcher(message).find();
	}

}
