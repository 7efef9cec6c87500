# Makes third_reference.csv: replicate files, subpopulations, tests and models. Run in this folder by Rscript.
suppressMessages(library(survey)); options(digits=17)
version <- sprintf("R %s.%s, survey %s", R.version$major, R.version$minor, packageVersion("survey"))
rows <- list()
add <- function(sample, what, variable, domain, stat, value, call) for (k in seq_along(stat)) rows[[length(rows)+1]] <<-
  data.frame(sample, what, variable, domain, stat=stat[k], value=sprintf("%.15g", value[k]), call, version)
api <- function(n) { x <- read.csv(sprintf("data/%s.csv", n)); x$wide <- as.integer(x$sch.wide=="Yes"); x$grade <- match(x$stype, c("E","M","H")); x }
civ <- read.csv("data/civic.csv"); civ$z <- ifelse(civ$stratum %in% c("S01","S02"), civ$score, NA)
clus1 <- svydesign(id=~dnum, weights=~pw, fpc=~fpc, data=api("apiclus1"))
strat <- svydesign(id=~1, strata=~stype, weights=~pw, fpc=~fpc, data=api("apistrat"))
civic <- svydesign(id=~psu, strata=~stratum, weights=~w, data=civ)
two <- read.csv("data/two_stage.csv")
stages <- svydesign(id=~psu+ssu, strata=~stratum, weights=~w, fpc=~N1+N2, data=two)
pairs <- two[sub(".*-P","",two$psu) %in% c("1","2"), ]
file <- function(d, n, type) { s <- read.csv(sprintf("data/rep_%s_scales.csv", n))
  svrepdesign(variables=d$variables, repweights=read.csv(sprintf("data/rep_%s.csv", n)), weights=weights(d, "sampling"), type=type, scale=s$scale[1], rscales=s$rscales, combined.weights=TRUE) }
brr <- local({ w <- read.csv("data/rep_pairs_BRR.csv"); svrepdesign(variables=pairs, repweights=w[match(pairs$id, w$id), -1], weights=pairs$w, type="BRR", combined.weights=TRUE) })
schools <- data.frame(stype=c("E","H","M"), Freq=c(4421,755,1018)); aims <- data.frame(sch.wide=c("No","Yes"), Freq=c(1072,5122))
totals <- c("(Intercept)"=6194, stypeH=755, stypeM=1018, api99=3914069)
tight <- list(maxit=5000, epsilon=1e-12)
ownjk <- as.svrepdesign(clus1, type="JK1")
people <- list(data.frame(sex=c("F","M"), Freq=220033*c(.56,.44)), data.frame(urban=c("rural","urban"), Freq=220033*c(.44,.56)))
civjk <- file(civic, "civic_JKn", "JKn"); civboot <- file(civic, "civic_subbootstrap", "other")
samples <- list(
  "clus1"=clus1, "strat"=strat, "civic"=civic, "two_stage"=stages,
  "clus1|post"=postStratify(clus1, ~stype, schools),
  "clus1|JK1"=ownjk, "clus1|JK1|post"=postStratify(ownjk, ~stype, schools),
  "clus1|JK1|rake"=rake(ownjk, list(~stype, ~sch.wide), list(schools, aims), control=tight),
  "clus1|JK1|linear"=calibrate(ownjk, ~stype+api99, totals),
  "clus1|JK1|raking"=calibrate(ownjk, ~stype+api99, totals, calfun="raking", epsilon=1e-11),
  "clus1|JK1|logit"=calibrate(ownjk, ~stype+api99, totals, calfun="logit", bounds=c(.3,2.5), epsilon=1e-11),
  "clus1|file"=file(clus1, "apiclus1_JK1", "JK1"),
  "clus1|boot|rake"=rake(file(clus1, "apiclus1_subbootstrap", "other"), list(~stype), list(schools), control=tight),
  "civic|JKn"=civjk, "civic|boot"=civboot,
  "civic|JKn|rake"=rake(civjk, list(~sex, ~urban), people, control=tight),
  "civic|boot|rake"=rake(civboot, list(~sex, ~urban), people, control=tight),
  "civic|boot|post"=postStratify(civboot, ~sex, people[[1]]),
  "civic|factors"=local({ s <- read.csv("data/rep_civic_JKn_scales.csv"); svrepdesign(variables=civ, repweights=as.matrix(read.csv("data/rep_civic_JKn.csv"))/civ$w, weights=civ$w, type="JKn", scale=s$scale[1], rscales=s$rscales, combined.weights=FALSE) }),
  "civic|SDR"=local({ r <- read.csv("data/rep_civic_bootstrap.csv"); svrepdesign(variables=civ, repweights=r, weights=civ$w, type="successive-difference", combined.weights=TRUE) }),
  "pairs|BRR"=brr)
about <- list(clus1=list(share="wide", y="api00", x="api99", by="stype", of=quote(stype != "H"), of_name="not H"),
  strat=list(share="wide", y="api00", x="meals", by="stype", of=quote(meals < 60), of_name="few meals"),
  civic=list(share="literate", y="score", x="w", by="sex", of=quote(stratum %in% c("S01","S02","S05")), of_name="strata"),
  two_stage=list(share="literate", y="score", x="N2", by="sex", of=quote(psu %in% c("S1-P1","S1-P2","S2-P1","S3-P1","S3-P2","S3-P3")), of_name="psus"),
  pairs=list(share="literate", y="score", x="N2", by="sex", of=quote(psu %in% c("S1-P1","S1-P2","S2-P1","S2-P2","S3-P2")), of_name="psus"))
f <- function(...) as.formula(paste0(...))
basic <- function(name, d, a, domain) {
  m <- svymean(f("~",a$y), d); df <- degf(d)
  add(name, "mean", a$y, domain, c("estimate","se"), c(coef(m), SE(m)), "svymean")
  add(name, "mean", a$y, domain, c("ci_low","ci_high"), as.vector(confint(m, df=df)), "confint(svymean, df=degf)")
  add(name, "mean", a$y, domain, "df", df, "degf")
  m <- svytotal(f("~",a$y), d); add(name, "total", a$y, domain, c("estimate","se"), c(coef(m), SE(m)), "svytotal")
  m <- svyciprop(f("~",a$share), d, method="xlogit"); add(name, "proportion", a$share, domain, c("estimate","ci_low","ci_high"), c(coef(m), confint(m)), "svyciprop(method='xlogit')")
  m <- svyratio(f("~",a$share), f("~",a$y), d); add(name, "ratio", paste0(a$share,"/",a$y), domain, c("estimate","se"), c(coef(m), SE(m)), "svyratio")
}
tests <- function(name, d, a, domain) {
  g <- d$variables[[a$by]]; first <- sort(unique(g[weights(d, "sampling") > 0]))[1:2]; both <- d[g %in% first, ]
  both$variables$second_ <- as.numeric(both$variables[[a$by]] == first[2]); t <- svyttest(f(a$y,"~second_"), both)
  add(name, "contrast", paste0(a$y,"~",a$by), domain, c("t","df","p_value","estimate"), c(t$statistic, t$parameter, t$p.value, t$estimate), "svyttest of the first two groups")
  t <- svyttest(f("I(",a$y," - 50)~0"), d)
  add(name, "ttest", a$y, domain, c("t","df","p_value"), c(t$statistic, t$parameter, t$p.value), "svyttest(I(y - 50) ~ 0)")
  for (s in c("F","Chisq")) { t <- svychisq(f("~",a$share,"+",a$by), d, statistic=s)
    add(name, paste0("independence ",s), paste0(a$share,"x",a$by), domain, c("statistic","p_value"), c(t$statistic, t$p.value), sprintf("svychisq(statistic='%s')", s)) }
  q <- svyquantile(f("~",a$y), d, c(.25,.5), qrule="school")[[1]]
  for (k in 1:2) add(name, "quantile", a$y, paste0(domain,"@",c(.25,.5)[k]), c("estimate","ci_low","ci_high","se"), q[k,], "svyquantile(qrule='school')")
}
model <- function(name, d, formula, family, domain, newdata=NULL) {
  m <- svyglm(formula, d, family=family, control=glm.control(epsilon=1e-15, maxit=200))
  s <- sqrt(diag(vcov(m))); call <- sprintf("svyglm(%s, family=%s)", deparse(formula), family$family); key <- paste(deparse(formula), family$family)
  for (k in names(coef(m))) add(name, key, k, domain, c("estimate","se"), c(coef(m)[[k]], s[[k]]), call)
  add(name, key, "(Intercept)", domain, "df", m$df.residual, "df.residual")
  for (term in attr(terms(m), "term.labels")) { t <- regTermTest(m, term); add(name, paste("test", key), term, domain, c("statistic","df1","df2","p_value"), c(t$Ftest, t$df, t$ddf, t$p), paste("regTermTest of", call)) }
  if (!is.null(newdata)) { p <- predict(m, newdata, type="response"); for (k in seq_len(nrow(newdata))) add(name, paste("predict", key), as.character(k), domain, c("estimate","se"), c(coef(p)[k], SE(p)[k]), paste("predict(type='response') of", call)) }
}
for (name in names(samples)) {
  d <- samples[[name]]; a <- about[[strsplit(name, "[|]")[[1]][1]]]; part <- eval(bquote(subset(d, .(a$of))))
  basic(name, d, a, "all"); basic(name, part, a, a$of_name)
  if (name %in% c("clus1","strat","civic","two_stage","clus1|JK1","civic|JKn","civic|boot")) { tests(name, d, a, "all"); tests(name, part, a, a$of_name) }
}
# correlation: the covariance over the two deviations, by Taylor's series in five means
corr <- function(name, d, a, domain) { v <- as.matrix(svyvar(f("~",a$y,"+",a$x), d)); d$variables$a_ <- d$variables[[a$y]] - coef(svymean(f("~",a$y), d)); d$variables$b_ <- d$variables[[a$x]] - coef(svymean(f("~",a$x), d))
  d <- update(d, ab_=a_*b_, aa_=a_^2, bb_=b_^2); m <- svymean(~a_+b_+ab_+aa_+bb_, d)
  s <- svycontrast(m, quote((ab_-a_*b_)/sqrt((aa_-a_^2)*(bb_-b_^2))))
  add(name, "correlation", paste0(a$y,"x",a$x), domain, c("estimate","se"), c(v[1,2]/sqrt(v[1,1]*v[2,2]), SE(s)), "svyvar; svycontrast of five svymean") }
for (name in c("clus1","strat","civic")) { a <- about[[name]]; corr(name, samples[[name]], a, "all"); corr(name, eval(bquote(subset(samples[[name]], .(a$of)))), a, a$of_name) }
# all categories of an outcome
cats <- function(name, d, y, by) { m <- svymean(f("~factor(",y,")"), d); for (k in seq_along(m)) add(name, "tabulate", y, sub(".*\\)","",names(m)[k]), c("estimate","se"), c(coef(m)[k], SE(m)[k]), "svymean(~factor(y))")
  b <- svyby(f("~factor(",y,")"), f("~",by), d, svymean); for (g in rownames(b)) { l <- length(m); for (k in seq_len(l)) add(name, "tabulate", paste0(y,"~",by), paste0(sub(".*\\)","",names(m)[k]),"@",g), c("estimate","se"), c(b[g,1+k], b[g,1+l+k]), "svyby(~factor(y), ~by, svymean)") } }
cats("civic", civic, "occ", "sex"); cats("clus1", clus1, "stype", "sch.wide"); cats("civic|JKn", civjk, "urban", "sex")
# models
new <- data.frame(ell=c(5,40), stype=factor(c("E","H"), levels=c("E","H","M")), meals=c(10,70), grade=c(1,3))
model("clus1", clus1, api00~ell+stype, gaussian(), "all", new); model("clus1", clus1, api00~stype*meals, gaussian(), "all", new)
model("clus1", clus1, enroll~stype+ell, quasipoisson(), "all", new); model("clus1", clus1, api00~factor(grade)+ell, gaussian(), "all", new)
model("strat", strat, wide~stype*meals, quasibinomial(), "all", new); model("strat", strat, enroll~meals, quasipoisson(), "all", new)
model("civic", civic, literate~sex*urban, quasibinomial(), "all", data.frame(sex=c("F","M"), urban=c("rural","urban")))
model("clus1|post", samples[["clus1|post"]], api00~ell+meals, gaussian(), "all")
model("clus1|JK1", ownjk, api00~ell+stype, gaussian(), "all"); model("clus1|JK1|rake", samples[["clus1|JK1|rake"]], api00~ell, gaussian(), "all")
model("civic|JKn", civjk, literate~sex+urban, quasibinomial(), "all"); model("civic|boot|rake", samples[["civic|boot|rake"]], literate~sex, quasibinomial(), "all")
model("clus1", subset(clus1, stype != "H"), api00~ell+meals, gaussian(), "not H"); model("clus1", subset(clus1, stype != "H"), wide~ell, quasibinomial(), "not H")
model("civic", subset(civic, stratum %in% c("S01","S02","S05")), score~sex+age, gaussian(), "strata"); model("civic", civic, z~sex, gaussian(), "all")
model("civic|JKn", subset(civjk, stratum %in% c("S01","S02","S05")), literate~sex, quasibinomial(), "strata")
# a variable that is missing outside two strata
t <- svyttest(z~sex, civic); add("civic", "contrast", "z~sex", "all", c("t","df","p_value","estimate"), c(t$statistic, t$parameter, t$p.value, t$estimate), "svyttest(z ~ sex)")
# quantiles of replicates
for (name in c("civic|boot","clus1|boot|rake","pairs|BRR","civic|boot|rake")) { y <- about[[strsplit(name, "[|]")[[1]][1]]]$y
  q <- svyquantile(f("~",y), samples[[name]], c(.25,.5), qrule="school", interval.type="quantile")[[1]]
  for (k in 1:2) add(name, "quantile replicates", y, paste0("all@",c(.25,.5)[k]), c("estimate","ci_low","ci_high","se"), q[k,], "svyquantile(qrule='school', interval.type='quantile')") }
# answers missing in whole PSUs, and replicates calibrated anew and tested: R counts degrees of freedom by those who answered
for (name in c("civic","civic|JKn","civic|JKn|rake")) { d <- samples[[name]]; part <- subset(d, !is.na(z)); more <- paste0(name, "|z"); df <- degf(part)
  m <- svymean(~z, d, na.rm=TRUE); add(more, "mean", "z", "all", c("estimate","se"), c(coef(m), SE(m)), "svymean(na.rm=TRUE)")
  m <- svymean(~z, part); add(more, "mean", "z", "all", c("ci_low","ci_high"), as.vector(confint(m, df=df)), "confint(svymean, df=degf) of subset(!is.na(z))")
  add(more, "mean", "z", "answered", "df", df, "degf of subset(!is.na(z))")
  q <- svyquantile(~z, d, c(.25,.5), qrule="school", na.rm=TRUE)[[1]]
  for (k in 1:2) add(more, "quantile", "z", paste0("all@",c(.25,.5)[k]), c("estimate","ci_low","ci_high","se"), q[k,], "svyquantile(qrule='school', na.rm=TRUE)")
  d$variables$zl <- as.integer(d$variables$z >= 50); part <- subset(d, !is.na(z))
  for (kind in c("xlogit","beta","mean")) { m <- svyciprop(~zl, part, method=kind); add(more, paste("proportion", kind), "zl", "all", c("estimate","ci_low","ci_high"), c(coef(m), confint(m)), sprintf("svyciprop(method='%s') of subset(!is.na(z))", kind)) } }
for (name in c("clus1|JK1|rake","clus1|JK1|linear","civic|JKn|rake","civic|boot|rake")) { d <- samples[[name]]; a <- about[[strsplit(name, "[|]")[[1]][1]]]
  tests(name, d, a, "all"); tests(name, eval(bquote(subset(d, .(a$of)))), a, a$of_name) }
for (name in c("clus1|file","civic|SDR","pairs|BRR")) add(name, "scale", "", "all", "scale", samples[[name]]$scale, "svrepdesign()$scale")
out <- do.call(rbind, rows); out$value <- sub("NaN|NA", "NaN", out$value)
write.csv(out, "third_reference.csv", row.names=FALSE); cat(nrow(out), "rows\n")
