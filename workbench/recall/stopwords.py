"""Function words of Chinese and English that a question carries and a search does without."""

_ENGLISH = """
a about above after again all also am an and any are as at be because been before
being below between both but by can can't cannot could couldn't did didn't do does doesn't doing
don't down during each either else for from further had hadn't has hasn't have
haven't having he he's her here hers herself him himself his how i i'd i'll i'm i've if in into
is isn't it it's its itself let's me more most much must my myself neither no nor not of off on
once only or other our ours ourselves out over own please same shall she should shouldn't so
some such than that that's the their theirs them themselves then there there's these they
they're this those through to too under until up upon us very was wasn't we we're were weren't
what what's when where whether which while who whom whose why will with won't would wouldn't yes
you you're your yours yourself
"""

_CHINESE = """
的 地 得 了 着 过 之 其 所 者 吗 呢 吧 啊 呀 嘛 哦
么 是 不是 是不是 是否 在 于 和 与 及 以及 或 或者 并 并且 而 而且 但 但是 如果 若 则 因为
所以 因此 由于 为 为了 对 对于 关于 把 被 将 让 给 向 从 到 以 按 按照 根据 也 都 就 才 又
再 还 还是 只 很 更 最 太 这 那 这个 那个 这些 那些 这样 那样 这里 那里 我 我们 你 你们 您
他 她 它 他们 她们 它们 自己 大家 有 没有 有没有 会 能 能够 能不能 可以 可不可以 应 应该
应当 该 要 想 需要 请 请问 什么 为什么 怎么 怎样 怎么样 怎么办 如何 哪 哪些 哪个 哪里 谁 几
多少 何 何时 何种 一下 一些 一个 某 时 时候 的话 等 等等 啥 咋
"""

ENGLISH = frozenset(_ENGLISH.split())
"""Lower case; compared with the word as written, before it is stemmed."""

ACRONYMS = frozenset({"IT", "US", "WHO"})
"""Written in capitals these are names, not function words."""

CHINESE = frozenset(_CHINESE.split())
"""Words as the segmenter cuts them."""
