# Makes the three public files of this folder and figures.csv, from what Debian's R packages survey and haven ship.
suppressMessages({library(survey); library(haven)}); options(digits=17)
data(nhanes); data(yrbs); data(api)
version <- sprintf("R %s.%s, survey %s", R.version$major, R.version$minor, packageVersion("survey"))
coded <- transform(nhanes, SEQN=seq_len(nrow(nhanes)), agecat=NULL, AGE=as.integer(agecat))
coded$HI_CHOL <- ifelse(is.na(coded$HI_CHOL), -9, coded$HI_CHOL)
coded$HI_CHOL <- labelled(coded$HI_CHOL, c(normal=0, high=1, "no blood drawn"=-9))
coded$RIAGENDR <- labelled(coded$RIAGENDR, c(Male=1, Female=2))
coded$race <- labelled(coded$race, c(Hispanic=1, White=2, Black=3, Other=4))
coded$AGE <- labelled(coded$AGE, setNames(1:4, levels(nhanes$agecat)))
write_sav(coded, "nhanes.zsav", compress="zsav")
write.csv(yrbs, gzfile("yrbs.csv.gz"), row.names=FALSE)
print(dim(yrbs)); print(head(yrbs,3)); print(summary(yrbs))
schools <- apiclus2[, c("snum","dnum","stype","api00","sch.wide","awards","pw","fpc1","fpc2")]
names(schools) <- gsub("[.]", "_", names(schools)); write_dta(schools, "schools.dta")
rows <- list()
of <- function(file, d, y, by, codes) {
  one <- function(domain, part) { part <- part[!is.na(part$variables[[all.vars(y)]]), ]; p <- svyciprop(y, part, method="xlogit")
    rows[[length(rows)+1]] <<- data.frame(file, domain, n=nrow(part), df=degf(part), estimate=coef(p)[[1]], se=SE(p)[[1]], ci_low=confint(p)[1], ci_high=confint(p)[2], version) }
  one("", d); for (k in seq_along(codes)) one(names(codes)[k], d[d$variables[[by]] %in% codes[[k]], ])
}
of("nhanes.zsav", svydesign(~SDMVPSU, strata=~SDMVSTRA, weights=~WTMEC2YR, nest=TRUE, data=nhanes), ~HI_CHOL, "race", list(Hispanic=1, White=2, Black=3, Other=4))
yrbs$yes <- as.integer(yrbs$qn8 == 1); strata <- setNames(as.list(sort(unique(yrbs$stratum))), sort(unique(yrbs$stratum)))
of("yrbs.csv", svydesign(~psu, strata=~stratum, weights=~weight, nest=TRUE, data=yrbs), ~yes, "stratum", strata[1:2])
schools$yes <- as.integer(schools$awards == "Yes"); apiclus2$yes <- as.integer(apiclus2$awards == "Yes")
of("schools.dta", svydesign(~dnum+snum, weights=~pw, fpc=~fpc1+fpc2, data=apiclus2), ~yes, "stype", list(E="E", H="H", M="M"))
write.csv(do.call(rbind, rows), "figures.csv", row.names=FALSE)
