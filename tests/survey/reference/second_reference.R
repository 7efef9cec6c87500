# Makes data/two_stage.csv, data/rep_pairs_*.csv and second_reference.csv: run in this folder by Rscript.
suppressMessages(library(survey)); options(digits=17)
set.seed(1)
rows <- list()
add <- function(design, func, args, variable, domain, stat, value) rows[[length(rows)+1]] <<- data.frame(design, func, args, variable, domain, stat, value=sprintf("%.15g", value), note="")
# a simulated two-stage sample: 6 strata of 30-60 communities, 3-5 drawn, 4-9 households of 40-200 each
people <- do.call(rbind, lapply(1:6, function(h) {
  N1 <- sample(12:60, 1); n1 <- sample(3:5, 1)
  do.call(rbind, lapply(seq_len(n1), function(k) {
    N2 <- sample(12:60, 1); n2 <- sample(4:9, 1); level <- rnorm(1, 52, 6)
    do.call(rbind, lapply(seq_len(n2), function(s) {
      m <- sample(1:3, 1)
      data.frame(stratum=sprintf("S%d",h), psu=sprintf("S%d-P%d",h,k), ssu=sprintf("S%d-P%d-H%d",h,k,s), N1=N1, N2=N2,
        w=round(N1/n1*N2/n2*runif(1,.8,1.3),4), sex=sample(c("F","M"), m, TRUE), score=round(pmin(100,pmax(0,level+rnorm(m,0,12))),1))
    }))}))}))
people$literate <- as.integer(people$score >= 60)
people$id <- seq_len(nrow(people))
people <- people[sample(nrow(people)), ]
write.csv(people, "data/two_stage.csv", row.names=FALSE)
d2 <- svydesign(id=~psu+ssu, strata=~stratum, weights=~w, fpc=~N1+N2, data=people)
d1 <- svydesign(id=~psu, strata=~stratum, weights=~w, fpc=~N1, data=people)
est <- function(name, func, d, y="score", share="literate") {
  for (v in c(share, y)) {
    f <- as.formula(paste0("~", v))
    m <- svymean(f, d); t <- svytotal(f, d)
    add(name, func, "svymean", v, "all", "est", coef(m)); add(name, func, "svymean", v, "all", "se", SE(m)[1])
    add(name, func, "svytotal", v, "all", "est", coef(t)); add(name, func, "svytotal", v, "all", "se", SE(t)[1])
    b <- svyby(f, ~sex, d, svymean)
    for (g in as.character(b$sex)) { add(name, func, "svyby sex", v, g, "est", b[g, v]); add(name, func, "svyby sex", v, g, "se", b[g, "se"]) }
  }
  add(name, func, "degf", "", "all", "df", degf(d))
}
est("two_stage", "two stages", d2); est("two_stage", "one stage", d1)
r <- svyratio(~literate, ~score, d2); add("two_stage","two stages","svyratio","literate/score","all","est",coef(r)); add("two_stage","two stages","svyratio","literate/score","all","se",SE(r)[1])
cal <- calibrate(d2, ~sex, c("(Intercept)"=sum(people$w)*1.05, sexM=sum(people$w)*.5), calfun="raking", epsilon=1e-12)
est("two_stage", "two stages raked", cal)
u <- svydesign(id=~psu+ssu, fpc=~F+N2, weights=~w, data=transform(people, F=200))
est("two_stage", "two stages unstratified", u)
# two PSUs a stratum, for BRR and Fay
pairs <- people[people$psu %in% unique(people$psu)[!is.na(match(sub(".*-P","",unique(people$psu)), c("1","2")))], ]
dp <- svydesign(id=~psu, strata=~stratum, weights=~w, data=pairs)
for (kind in c("BRR","Fay")) {
  rd <- if (kind=="BRR") as.svrepdesign(dp, type="BRR") else as.svrepdesign(dp, type="Fay", fay.rho=.3)
  est("pairs", kind, rd)
  H <- weights(rd, "analysis"); colnames(H) <- paste0("rep", seq_len(ncol(H)))
  write.csv(cbind(id=pairs$id, H), sprintf("data/rep_pairs_%s.csv", kind), row.names=FALSE)
  add("pairs", kind, "scale", "", "all", "scale", rd$scale)
}
est("pairs", "JKn", as.svrepdesign(dp, type="JKn"))
# logistic regression to the last digit
options(survey.lonely.psu="fail")
g <- function(name, d, f) { m <- svyglm(f, d, family=quasibinomial(), control=glm.control(epsilon=1e-15, maxit=100)); s <- sqrt(diag(vcov(m))); for (k in names(coef(m))) { add(name, "svyglm", deparse(f), k, "all", "est", coef(m)[[k]]); add(name, "svyglm", deparse(f), k, "all", "se", s[[k]]) } }
api <- function(n) { x <- read.csv(sprintf("data/%s.csv", n)); x$wide <- as.integer(x$sch.wide=="Yes"); x }
g("srs", svydesign(id=~1, weights=~pw, fpc=~fpc, data=api("apisrs")), wide~stype+ell)
g("strat", svydesign(id=~1, strata=~stype, weights=~pw, fpc=~fpc, data=api("apistrat")), wide~stype+ell)
g("clus1", svydesign(id=~dnum, weights=~pw, fpc=~fpc, data=api("apiclus1")), wide~stype+ell)
civ <- read.csv("data/civic.csv")
dc <- svydesign(id=~psu, strata=~stratum, weights=~w, data=civ)
g("civic", dc, literate~sex+urban)
m <- svyglm(score~sex+urban, dc); s <- sqrt(diag(vcov(m))); for (k in names(coef(m))) { add("civic","svyglm gaussian","score~sex+urban",k,"all","est",coef(m)[[k]]); add("civic","svyglm gaussian","score~sex+urban",k,"all","se",s[[k]]) }
# a table with a missing answer
dn <- svydesign(id=~psu, strata=~stratum, weights=~w, data=civ)
for (st in c("F","Chisq","Wald","adjWald")) { t <- svychisq(~literate_na+age, dn, statistic=st); add("civic","svychisq",st,"literate_naxage","all","stat",t$statistic); add("civic","svychisq",st,"literate_naxage","all","p",t$p.value) }
# raking with unequal weights: a calibration fitted with the design weights
T <- round(sum(civ$w)); rk <- calibrate(dc, list(~sex, ~urban), list(data.frame(sex=c("F","M"),Freq=T*c(.56,.44)), data.frame(urban=sort(unique(civ$urban)),Freq=T*c(.44,.56))), calfun="raking", epsilon=1e-13)
est2 <- function(name, func, d) for (v in c("literate","score")) { f <- as.formula(paste0("~",v)); m <- svymean(f,d); t <- svytotal(f,d); add(name,func,"svymean",v,"all","est",coef(m)); add(name,func,"svymean",v,"all","se",SE(m)[1]); add(name,func,"svytotal",v,"all","est",coef(t)); add(name,func,"svytotal",v,"all","se",SE(t)[1]) }
est2("civic","rake sex+urban",rk)
ps <- postStratify(dc, ~sex+urban, data.frame(sex=c("F","M","F","M"), urban=rep(sort(unique(civ$urban)),each=2), Freq=c(20000,15000,28000,37000)))
est2("civic","postStratify sex|urban",ps)
write.csv(do.call(rbind, rows), "second_reference.csv", row.names=FALSE, quote=FALSE)
print(R.version.string); print(packageVersion("survey")); print(T)
