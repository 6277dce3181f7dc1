package io.github.nonplus.report.page;

import io.github.nonplus.perplexity.RoutingAccount;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.RoutingFacts;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Where tokens went in mixtures of experts: for each router how many went to each expert, and the
/// mean loss of those that were predicted from them.
final class ExpertSection {
  private final Markup page;
  private final List<ResultRecord> records;

  ExpertSection(Markup page, List<ResultRecord> records) {
    this.page = page;
    this.records = records;
  }

  boolean isEmpty() {
    return records.stream().allMatch(record -> RoutingFacts.of(record.facts()).isEmpty());
  }

  void draw() {
    page.element(
        "p",
        "Each cell is an expert: tokens that went to it, and the mean loss in nats of what was"
            + " predicted from them. A dash stands where no token went: nothing was measured of such"
            + " an expert.");
    for (ResultRecord record : records) {
      Optional<RoutingAccount> account = RoutingFacts.of(record.facts());
      account.ifPresent(its -> draw(record, its));
    }
  }

  private void draw(ResultRecord record, RoutingAccount account) {
    if (records.size() > 1) {
      page.element("h3", record.label()).line();
    }
    page.open("p");
    page.say(
        "%,d of %,d experts were never chosen in %,d windows; %,d of %,d tokens had a margin below"
            + " %.1e in some layer, where rounding may choose another expert.",
        account.unused(),
        account.experts(),
        account.windows(),
        account.tokensOfSmallMargin(),
        account.tokens(),
        account.smallMargin());
    page.close("p").line();
    page.open("div", "class", "wide").open("table").line();
    for (RoutingAccount.Router router : account.routers()) {
      String layer = router.layer() == null ? router.operation() : "layer " + router.layer();
      page.open("tr").element("th", layer, "scope", "row");
      List<RoutingAccount.Expert> experts = router.experts();
      for (int e = 0; e < experts.size(); e++) {
        page.element("td", words(experts.get(e)), "title", "expert " + e);
      }
      page.close("tr").line();
    }
    page.close("table").close("div").line();
  }

  private static String words(RoutingAccount.Expert expert) {
    if (expert.tokens() == 0) {
      return "–";
    }
    return expert.meanNll() == null
        ? String.format(Locale.ROOT, "%,d", expert.tokens())
        : String.format(Locale.ROOT, "%,d · %.3f", expert.tokens(), expert.meanNll());
  }
}
